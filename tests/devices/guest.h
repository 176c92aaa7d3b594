/* SPDX-License-Identifier: MIT */
/* Guest memory and a virtqueue in it, as a driver would set them up, for tests of devices. */
#ifndef TESTS_DEVICES_GUEST_H
#define TESTS_DEVICES_GUEST_H

#include "devices/dma.h"
#include "devices/queue.h"
#include "devices/transport.h"

#include <linux/virtio_ring.h>
#include <stdint.h>

#define GUEST_BYTES 0x80000UL
#define GUEST_SEEN 0x40000UL /* what the device may see of it; the rest is none of its business */

struct guest {
	int fd;
	char *memory;
	struct dma dma;
};

/* New memory, the lower half of it mapped for the device. */
void guest_open(struct guest *g);
void guest_close(struct guest *g);

/* Maps (or, without rights, takes away) a range for the device. */
int guest_map(struct guest *g, uint64_t va, uint64_t len, unsigned rights);

/* Where the tests put the parts of a queue, and buffers. */
#define RING_DESC 0x1000UL
#define RING_AVAIL 0x2000UL
#define RING_USED 0x3000UL
#define RING_INDIRECT 0x4000UL
#define BUFFERS 0x10000UL

static inline struct vring_desc *guest_desc(struct guest *g, unsigned i)
{
	return (struct vring_desc *)(g->memory + RING_DESC) + i;
}

static inline struct vring_avail *guest_avail(struct guest *g)
{
	return (struct vring_avail *)(g->memory + RING_AVAIL);
}

static inline struct vring_used *guest_used(struct guest *g)
{
	return (struct vring_used *)(g->memory + RING_USED);
}

/* What a device does with a request that is done. */
static inline bool guest_finish(struct queue *q, uint16_t head, uint32_t len)
{
	return queue_put(q, head, len) && queue_publish(q);
}

/*
 * A driver with these features at work on a device without a process: queue @number of it, of @num,
 * where the tests put one. The memory is cleared.
 */
void guest_drive(struct guest *g, struct transport *t, uint64_t features, unsigned number,
		 unsigned num);

/* Makes descriptor @head available in a queue of @num. */
void guest_offer(struct guest *g, unsigned num, uint16_t head);

#endif
