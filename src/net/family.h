/* Families of networks: what a depth means, which gates it has, how its operators are listed.
 * Private to src/net. */
#ifndef NET_FAMILY_H
#define NET_FAMILY_H

#include "net/net.h"

struct family {
    enum net_family id;
    const char *name;                     /* "vgg": an ARCH is the name and the depth */
    bool (*has_depth)(int depth);         /* whether there is a network of that depth */
    void (*gates)(struct net_spec *spec); /* takes spec->gate: the full network's at its width */
    void (*build)(struct net *net);       /* lists its operators (build.h) */
};

extern const struct family vgg_family, resnet_family, densenet_family;

const struct family *family_of(enum net_family id);

#endif
