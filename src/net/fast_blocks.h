/* Residual blocks as the fast engine evaluates them. Private to src/net. */
#ifndef NET_FAST_BLOCKS_H
#define NET_FAST_BLOCKS_H

#include "kernel/fast.h"
#include "net/net.h"

/* Finds the chains of residual blocks in the engine's list, and takes what they need from the
 * arena; adds the scratch of their kernel to `space`. */
void fast_blocks_take(struct net *net, struct arena *arena, int batch, struct fast_space *space);

/* Evaluates the chain that begins at that operator. True: there is nothing more to do for it, also
 * where it stands inside a chain. */
bool fast_blocks_forward_chain(struct net *net, int op, int images);

#endif
