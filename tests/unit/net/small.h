/*
 * A small network, listed by hand, that has everything the three families need at once: gates that
 * choose channels, a map with two readers, branches that are added, strides, a map that operators
 * append to, both pools, and a linear layer.
 *
 *   input (2, 12, 12) → conv0 3×3 → a (5, 12, 12)
 *   a → g0 (a channel dropped) → max pool → b (4, 6, 6)
 *   b → conv1 1×1 → c (3, 6, 6) → g1 → conv2 3×3 stride 2 → d (4, 3, 3)
 *   b → shortcut 1×1 stride 2 → e (6, 3, 3), to which d → g2 → conv3 1×1 is added
 *   e → g3 (two dropped) → conv4 3×3, added to e → h (6, 3, 3)
 *   h → g4 (one dropped) → conv5 1×1 → f (the first 3 of 5, 3, 3)
 *   f → g5 (its first 3) → conv6 3×3 → f (the last 2)
 *   f → g6 (one dropped) → average pool → linear → 4 classes
 */
#ifndef TESTS_UNIT_NET_SMALL_H
#define TESTS_UNIT_NET_SMALL_H

#include "net/net.h"

enum { SMALL_SIDE = 12, SMALL_CHANNELS = 2, SMALL_CLASSES = 4 };

/* With weights, γ, β and running statistics that are random and far from their defaults. */
struct net *small_new(void);

/* Images (⌈count/16⌉, 2, 145, 16), every lane filled, and labels; the caller frees. */
float *small_images(int count);
uint8_t *small_labels(int count);

#endif
