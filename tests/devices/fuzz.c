// SPDX-License-Identifier: MIT
/* What all fuzzers of devices have in common. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECRET 0x5a

struct guest g;

static const struct fuzz_target *target;
static struct transport *t;
static uint64_t state;
static char page[4096] __attribute__((aligned(4096)));

uint64_t noise(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

uint64_t below(uint64_t n)
{
	return noise() % n;
}

void die(const char *why)
{
	fprintf(stderr, "FAIL %s\n", why);
	exit(1);
}

static char *ring(unsigned queue, uint64_t part)
{
	return g.memory + part + queue * FUZZ_QUEUE;
}

static struct vring_avail *avail(unsigned queue)
{
	return (struct vring_avail *)ring(queue, RING_AVAIL);
}

static struct vring_used *used(unsigned queue)
{
	return (struct vring_used *)ring(queue, RING_USED);
}

struct vring_desc *fuzz_desc(unsigned queue, unsigned i)
{
	return (struct vring_desc *)ring(queue, RING_DESC) + i;
}

void fuzz_offer(unsigned queue, uint16_t head)
{
	struct vring_avail *a = avail(queue);

	a->ring[a->idx % FUZZ_NUM] = head;
	__atomic_store_n(&a->idx, a->idx + 1, __ATOMIC_RELEASE);
}

unsigned fuzz_used(unsigned queue)
{
	return used(queue)->idx;
}

uint32_t fuzz_written(unsigned queue, unsigned i)
{
	return used(queue)->ring[i % FUZZ_NUM].len;
}

void fuzz_turn(void)
{
	static struct pollfd p[TRANSPORT_WATCH_MAX];
	int timeout = 0;
	unsigned n;

	transport_serve(t);
	if (target->outside)
		target->outside();
	if (!t->device->watch)
		return;
	n = t->device->watch(t, p, &timeout);
	if (poll(p, n, 0) < 0)
		die("poll");
	t->device->work(t, p, n);
}

static struct l4virtio_queue_config *queue_page(unsigned queue)
{
	static uint32_t offset;

	if (!offset) /* before anybody has bent it */
		offset = t->page->queues_offset;
	return (struct l4virtio_queue_config *)((char *)t->page + offset) + queue;
}

static int map(uint64_t va, uint64_t len, unsigned rights)
{
	int e = guest_map(&g, va, len, rights);

	t->dma = g.dma;
	return e;
}

static void command(uint32_t cmd)
{
	t->page->cmd = cmd;
	transport_command(t);
	if (t->page->cmd)
		die("a command was not answered");
}

static void honest_queue(unsigned queue)
{
	struct l4virtio_queue_config *q = queue_page(queue);
	uint64_t at = queue * FUZZ_QUEUE;

	memset(used(queue), 0, FUZZ_QUEUE);
	memset(avail(queue), 0, FUZZ_QUEUE);
	q->num = FUZZ_NUM;
	q->desc = at + RING_DESC;
	q->avail = at + RING_AVAIL;
	q->used = at + RING_USED;
	q->ready = 1;
	command(L4VIRTIO_CMD_CFG_QUEUE | queue);
	if (!q->ready)
		die("an honest driver's queue was refused");
}

/* What an honest driver does first. */
static void honest_setup(uint32_t features)
{
	command(L4VIRTIO_CMD_SET_STATUS);
	transport_open(t);
	t->page->driver_features[0] = features & t->page->dev_features[0];
	t->page->driver_features[1] = 1;
	command(L4VIRTIO_CMD_SET_STATUS | 3);
	command(L4VIRTIO_CMD_SET_STATUS | 11);
	for (unsigned i = 0; i < t->device->queues; i++)
		honest_queue(i);
	command(L4VIRTIO_CMD_SET_STATUS | 15);
	if (t->page->status != 15)
		die("an honest driver was refused");
}

static uint64_t any_address(void)
{
	switch (below(8)) {
	case 0:
		return noise();
	case 1:
		return GUEST_SEEN - below(8192);
	case 2:
		return below(0x8000); /* the rings themselves */
	default:
		return BUFFERS + below(0x20000);
	}
}

static void any_descriptor(struct vring_desc *d, unsigned next)
{
	static const unsigned lengths[] = { 16, 512, 4096, 1, 16, 512, 65536, 0 };

	d->addr = any_address();
	d->len = below(8) ? lengths[below(8)] : noise();
	d->flags = below(8) ? below(4) : noise();
	d->next = below(8) ? next : noise();
}

static void any_request(unsigned queue)
{
	unsigned head = target->request(queue, below(FUZZ_NUM));
	uint64_t table = RING_INDIRECT + queue * FUZZ_QUEUE;

	if (below(4) == 0) { /* the same from a table of its own */
		memcpy(g.memory + table, fuzz_desc(queue, 0), FUZZ_NUM * 16);
		*fuzz_desc(queue, head) = (struct vring_desc){ table, FUZZ_NUM * 16,
							       VRING_DESC_F_INDIRECT, 0 };
		for (unsigned i = below(3); i; i--)
			any_descriptor((struct vring_desc *)(g.memory + table) + below(FUZZ_NUM),
				       below(FUZZ_NUM));
	}
	for (unsigned i = below(3); i; i--)
		any_descriptor(fuzz_desc(queue, below(FUZZ_NUM)), below(FUZZ_NUM));
	fuzz_offer(queue, below(32) ? head : noise());
}

static void bend(void)
{
	unsigned queue = below(t->device->queues);
	struct l4virtio_queue_config *q = queue_page(queue);

	switch (below(12)) {
	case 0:
		avail(queue)->idx = noise();
		break;
	case 1:
		used(queue)->idx = noise();
		break;
	case 2:
		((uint32_t *)t->page)[below(1024)] = noise();
		break;
	case 3:
		memset((char *)t->page + below(4000), noise(), below(96));
		break;
	case 4:
		t->page->cmd = noise() & 0x0f0000ff;
		break;
	case 5:
		map(below(64) * 4096, 4096, below(3));
		break;
	case 6: /* a queue of another shape */
		q->num = 1U << below(17);
		q->desc = any_address();
		q->avail = any_address();
		q->used = any_address();
		q->ready = 1;
		t->page->cmd = L4VIRTIO_CMD_CFG_QUEUE | below(3);
		break;
	case 7:
		t->page->cmd = L4VIRTIO_CMD_SET_STATUS | below(256);
		break;
	}
}

static void check_honest(void)
{
	if (map(0, GUEST_SEEN, DEVICE_R | DEVICE_W) < 0)
		die("memory cannot be mapped again");
	honest_setup(noise());
	target->honest();
}

static void check_secret(void)
{
	for (uint64_t i = GUEST_SEEN; i < GUEST_BYTES; i++)
		if (g.memory[i] != SECRET)
			die("the device wrote to memory it was not shown");
}

static void attack(void)
{
	honest_setup(noise());
	for (unsigned i = 0; i < 24; i++) {
		for (unsigned n = below(4); n; n--)
			any_request(below(t->device->queues));
		bend();
		transport_command(t);
		fuzz_turn();
	}
}

int fuzz_main(const struct fuzz_target *f, int argc, char **argv)
{
	unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1, rounds = 0;
	time_t end = time(NULL) + (argc > 2 ? strtol(argv[2], NULL, 10) : 5);
	int null = open("/dev/null", O_WRONLY);

	target = f;
	t = f->transport;
	dup2(null, DEVICE_FD_IRQ);
	guest_open(&g);
	t->dma = g.dma;
	memset(g.memory + GUEST_SEEN, SECRET, GUEST_BYTES - GUEST_SEEN);
	t->page = (void *)page;
	snprintf(t->hello.name, sizeof(t->hello.name), "fuzz");
	for (; time(NULL) < end; rounds++) {
		state = (seed << 32 | rounds) * 0x9e3779b97f4a7c15UL | 1;
		if (rounds % 1000 == 0)
			f->open(rounds / 1000);
		attack();
		check_honest();
		if (rounds % 64 == 0)
			check_secret();
	}
	check_secret();
	printf("PASS %lu rounds, %lu malformed requests, %lu broken queues\n", rounds,
	       t->bad_requests, t->broken_queues);
	return !t->bad_requests || !t->broken_queues;
}
