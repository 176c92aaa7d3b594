/* SPDX-License-Identifier: MIT */
/* The block device (virtio 1.2, section 5.2). */
#ifndef DEVICES_BLOCK_H
#define DEVICES_BLOCK_H

#include "disk.h"
#include "power.h"
#include "transport.h"

struct virtio_blk_outhdr;

/* The buffers of a request without header and status. */
struct block_data {
	struct iovec *buffer;
	unsigned count;
	uint64_t len;
};

/* What faults make of the request at the head of the queue. */
struct block_fate {
	bool asked;
	uint16_t position; /* in the queue, of the request this is about */
	uint64_t until;    /* it is not executed before */
	bool answered;     /* nor at all: @answer is its status */
	uint8_t answer;
	uint64_t sector, limit; /* where it goes; how many bytes of it are written */
	uint64_t flip;          /* 1 + bit of what is read that flips; 0: none */
	uint8_t *byte;          /* with that bit */
};

struct block {
	struct transport transport; /* first: what serve() is called with */
	struct transport_device device;
	struct disk disk;
	unsigned long errors; /* transfers that failed */
	uint64_t told;        /* when we spoke of them last, seconds */
	struct block_fate fate;
	struct power power;
};

/* Fills in the kind of device, for transport_init(), by what the disk can do. */
void block_describe(struct block *b);

/* Its part of the configuration page. */
void block_configure(struct block *b);

/* Whether @len bytes at @sector are whole sectors within the disk. */
bool block_inside(const struct block *b, uint64_t sector, uint64_t len);

/*
 * block_fault.c: the verdict on a request, when there are faults at all. It may change where the
 * request goes and how much of @data is written.
 */
enum block_verdict { BLOCK_EXECUTE, BLOCK_ANSWERED, BLOCK_WAIT };
enum block_verdict block_fault(struct block *b, struct virtio_blk_outhdr *h,
			       struct block_data *data, uint8_t *status);

/* The request has been executed. */
void block_fault_done(struct block *b);

#endif
