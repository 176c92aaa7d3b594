// SPDX-License-Identifier: MIT
/* Guest memory for tests of devices. */
#define _GNU_SOURCE
#include "guest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void guest_open(struct guest *g)
{
	g->fd = memfd_create("guest", MFD_CLOEXEC);
	if (g->fd < 0 || ftruncate(g->fd, GUEST_BYTES) < 0)
		abort();
	g->memory = mmap(NULL, GUEST_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, g->fd, 0);
	if (g->memory == MAP_FAILED || dma_init(&g->dma, g->fd, 2 * GUEST_BYTES) < 0 ||
	    guest_map(g, 0, GUEST_SEEN, DEVICE_R | DEVICE_W) < 0)
		abort();
}

void guest_close(struct guest *g)
{
	munmap(g->memory, GUEST_BYTES);
	munmap(g->dma.window, g->dma.size);
	close(g->fd);
}

int guest_map(struct guest *g, uint64_t va, uint64_t len, unsigned rights)
{
	return dma_set(&g->dma, &(struct device_range){ va, len, va, rights });
}

void guest_drive(struct guest *g, struct transport *t, uint64_t features, unsigned number,
		 unsigned num)
{
	static char page[4096] __attribute__((aligned(4096)));
	struct queue *q = &t->queue[number];

	memset(g->memory, 0, GUEST_SEEN);
	t->page = (void *)page;
	t->dma = g->dma;
	t->status = L4VIRTIO_STATUS_DRIVER_OK;
	t->features = features;
	*q = (struct queue){ .dma = &t->dma,
			     .num = num,
			     .desc = RING_DESC,
			     .avail = RING_AVAIL,
			     .used = RING_USED };
	if (!queue_start(q))
		abort();
}

void guest_offer(struct guest *g, unsigned num, uint16_t head)
{
	struct vring_avail *a = guest_avail(g);

	a->ring[a->idx % num] = head;
	__atomic_store_n(&a->idx, a->idx + 1, __ATOMIC_RELEASE);
}
