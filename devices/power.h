/* SPDX-License-Identifier: MIT */
/*
 * What a disk forgets when its power fails: what was written since the last flush, any part of it,
 * as with a disk that has a write cache. A physical block (the configuration says: 4 KiB) is
 * written as a whole or not at all. Before a sector is overwritten for the first time, what it held
 * is put aside. Used only while such a fault is to come.
 */
#ifndef DEVICES_POWER_H
#define DEVICES_POWER_H

#include "disk.h"

#define POWER_BLOCK 4096U
#define POWER_SECTORS 65536U /* that the cache holds: the next one makes it write all of them */

struct power_sector {
	uint64_t at;
	uint8_t was[512];
};

struct power {
	struct power_sector *sector;
	unsigned count;
	uint8_t *dirty; /* a bit for each sector of the disk */
};

/* Before the device is confined: reserves the address space. 0 or negative errno. */
int power_open(struct power *p, const struct disk *d);

/* [@at, @at + @len) is about to be written. 0 or negative errno. */
int power_before_write(struct power *p, struct disk *d, uint64_t at, uint64_t len);

/* All that was written is safe. */
void power_flushed(struct power *p);

/* Forgets about half of it, by @seed. How many sectors, or negative errno. */
int power_cut(struct power *p, struct disk *d, uint64_t seed);

#endif
