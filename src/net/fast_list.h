/* The list of operators as the fast engine runs it. Private to src/net. */
#ifndef NET_FAST_LIST_H
#define NET_FAST_LIST_H

#include "net/net.h"

/* Copies the network's maps and operators to net->work->map and op, with every 1×1 convolution that
 * an average pool follows put behind that pool. */
void fast_list_fill(struct net *net);

#endif
