/* SPDX-License-Identifier: MIT */
/*
 * Random numbers that a seed (--seed) decides. Each purpose has a sequence of its own, so that what
 * one of them takes does not disturb the others.
 */
#ifndef HOST_SEED_H
#define HOST_SEED_H

#include <stddef.h>
#include <stdint.h>

enum seed_purpose { SEED_STEPS, SEED_ENTROPY, SEED_DEVICE /* + its number */ };

struct seed {
	uint64_t state;
};

struct seed seed_start(uint64_t seed, enum seed_purpose purpose);
uint64_t seed_next(struct seed *s);
void seed_fill(struct seed *s, void *buf, size_t len);

#endif
