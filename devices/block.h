/* SPDX-License-Identifier: MIT */
/* The block device (virtio 1.2, section 5.2). */
#ifndef DEVICES_BLOCK_H
#define DEVICES_BLOCK_H

#include "disk.h"
#include "transport.h"

struct block {
	struct transport transport; /* first: what serve() is called with */
	struct transport_device device;
	struct disk disk;
	unsigned long errors; /* transfers that failed */
	uint64_t told;        /* when we spoke of them last, seconds */
};

/* Fills in the kind of device, for transport_init(), by what the disk can do. */
void block_describe(struct block *b);

/* Its part of the configuration page. */
void block_configure(struct block *b);

#endif
