/* SPDX-License-Identifier: MIT */
/*
 * The entropy device: random bytes of the host, or those that a seed decides; then it remembers how
 * far it has come.
 */
#ifndef DEVICES_ENTROPY_H
#define DEVICES_ENTROPY_H

#include "../ux-kernel/host/seed.h"
#include "transport.h"

#define ENTROPY_AT_ONCE 65536U /* bytes in one request; a driver that wants more asks again */

/* Memory that outlives the process; the command line fills it in. */
struct entropy_keep {
	uint64_t seeded; /* 0: the host's bytes */
	struct seed seed;
};

_Static_assert(sizeof(struct entropy_keep) == 16, "entropy keep");

struct entropy {
	struct transport transport; /* first: what serve() is called with */
	struct entropy_keep *keep;
};

extern const struct transport_device entropy_device;

#endif
