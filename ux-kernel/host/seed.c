// SPDX-License-Identifier: MIT
/* The generator is SplitMix64. */
#include "seed.h"

#include <string.h>

#define GAMMA 0x9e3779b97f4a7c15ULL

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

struct seed seed_start(uint64_t seed, enum seed_purpose purpose)
{
	return (struct seed){ mix(mix(seed) + GAMMA * (purpose + 1)) };
}

uint64_t seed_next(struct seed *s)
{
	s->state += GAMMA;
	return mix(s->state);
}

void seed_fill(struct seed *s, void *buf, size_t len)
{
	for (char *at = buf; len;) {
		uint64_t r = seed_next(s);
		size_t n = len < sizeof(r) ? len : sizeof(r);

		memcpy(at, &r, n);
		at += n;
		len -= n;
	}
}
