/* SPDX-License-Identifier: MIT */
/*
 * A copy, in the memory of the kernel process, of what a snapshot file has: objects, memory, clock.
 * Of RAM only those pages are looked at and copied back that host/dirty.h names; all of them in a
 * system with devices, which write unseen. Host processes and vector registers: engine/mark.h.
 */
#ifndef SNAPSHOT_IMAGE_H
#define SNAPSHOT_IMAGE_H

#include <stdint.h>

/* What was put back. */
struct image_sum {
	unsigned named, changed; /* pages of RAM: looked at, copied */
};

/*
 * Takes the copy, or brings the one that there is up to date. The arena must be on, and no page
 * must have been written since dirty_start() without being named. 0 or -ENOMEM.
 */
int image_take(void);

/* Everything is as it was. The caller has taken down what objects point to outside the arena. */
void image_put_back(struct image_sum *sum);

#endif
