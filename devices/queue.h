/* SPDX-License-Identifier: MIT */
/*
 * The device's side of a split virtqueue (virtio 1.2, section 2.7). Everything in it is written by
 * the guest, at any time: each word is read once, into our own memory, before it is checked.
 *
 * Requests are finished in the order in which they were made available. So the used index says
 * all about the state of the queue, and a device process that takes over from one that died
 * goes on there: what was begun but not finished is done again.
 */
#ifndef DEVICES_QUEUE_H
#define DEVICES_QUEUE_H

#include "dma.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define QUEUE_NUM_MAX 512U
#define QUEUE_BUFFERS_MAX 258U /* in one request */

struct queue {
	const struct dma *dma;
	bool ready;
	bool event_idx, indirect; /* negotiated */
	uint16_t num;
	uint64_t desc, avail, used; /* DMA addresses */
	uint16_t next;              /* position in the available ring */
	uint16_t done, signalled;   /* position in the used ring; there at the last interrupt */
};

/* A request: what the device reads first, then what it writes. */
struct queue_request {
	uint16_t head;
	unsigned out, in;         /* buffers */
	uint64_t out_len, in_len; /* bytes */
	struct iovec buffer[QUEUE_BUFFERS_MAX];
};

/*
 * request.c: copies @len bytes, from byte @skip on, out of what the driver has written for us, or
 * into what it wants to have written. How many there were.
 */
size_t queue_read(const struct queue_request *r, size_t skip, void *to, size_t len);
size_t queue_write(const struct queue_request *r, size_t skip, const void *from, size_t len);

enum queue_result {
	QUEUE_EMPTY,
	QUEUE_REQUEST,
	QUEUE_BAD_REQUEST, /* malformed; only its head is valid, to give it back */
	QUEUE_BROKEN,      /* the ring itself makes no sense */
};

/* Checks addresses and size and finds out where the queue stands. false: refused. */
bool queue_start(struct queue *q);

enum queue_result queue_next(struct queue *q, struct queue_request *r);

/* Undoes the last @n queue_next() that found something: it will be found again. */
void queue_untake(struct queue *q, unsigned n);

/*
 * Gives a request back; @len bytes were written. The driver sees it when it is published, together
 * with all others since the last time. false: the ring is not there any more.
 */
bool queue_put(struct queue *q, uint16_t head, uint32_t len);
bool queue_publish(struct queue *q);

/* Whether the driver wants an interrupt for what was finished since the last question. */
bool queue_interrupt_wanted(struct queue *q);

/* Says that we do not look, or that we sleep and want the bell; true: there is something. */
void queue_awake(struct queue *q);
bool queue_sleep(struct queue *q);

#endif
