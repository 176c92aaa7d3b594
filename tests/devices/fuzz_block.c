// SPDX-License-Identifier: MIT
/*
 * A malicious driver against the block device: fuzz-block SEED SECONDS
 *
 * Each round begins with a queue that is set up rightly and requests that could be right, then
 * everything is bent a little: descriptors, rings, indices, the configuration page, and the memory
 * is taken away under the device. It must survive (with sanitizers), touch nothing of guest memory
 * that it was not shown, and stay usable: after each round an honest driver gets its data.
 */
#define _GNU_SOURCE
#include "devices/block.h"
#include "devices/overlay_format.h"
#include "guest.h"

#include <fcntl.h>
#include <linux/virtio_blk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NUM 16U
#define DISK_BYTES (1UL << 20)
#define SECRET 0x5a
#define WORK 60 /* where the device does not look for descriptors of its own */

static struct guest g;
static struct block b;
static uint64_t state;

static uint64_t noise(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t below(uint64_t n)
{
	return noise() % n;
}

static void die(const char *why)
{
	fprintf(stderr, "FAIL %s\n", why);
	exit(1);
}

static struct l4virtio_queue_config *queue_page(void)
{
	static uint32_t offset;

	if (!offset) /* before anybody has bent it */
		offset = b.transport.page->queues_offset;
	return (void *)((char *)b.transport.page + offset);
}

static int map(uint64_t va, uint64_t len, unsigned rights)
{
	int e = guest_map(&g, va, len, rights);

	b.transport.dma = g.dma;
	return e;
}

static void command(uint32_t cmd)
{
	b.transport.page->cmd = cmd;
	transport_command(&b.transport);
	if (b.transport.page->cmd)
		die("a command was not answered");
}

/* What an honest driver does to get a queue. */
static void honest_setup(uint32_t features)
{
	struct l4virtio_queue_config *q;

	command(L4VIRTIO_CMD_SET_STATUS);
	transport_open(&b.transport);
	q = queue_page();
	b.transport.page->driver_features[0] = features & b.transport.page->dev_features[0];
	b.transport.page->driver_features[1] = 1;
	command(L4VIRTIO_CMD_SET_STATUS | 3);
	command(L4VIRTIO_CMD_SET_STATUS | 11);
	memset(guest_used(&g), 0, 0x1000);
	memset(guest_avail(&g), 0, 0x1000);
	q->num = NUM;
	q->desc = RING_DESC;
	q->avail = RING_AVAIL;
	q->used = RING_USED;
	q->ready = 1;
	command(L4VIRTIO_CMD_CFG_QUEUE);
	command(L4VIRTIO_CMD_SET_STATUS | 15);
	if (!q->ready || b.transport.page->status != 15)
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

/* A request that is right but for its contents: header, data, status. */
static unsigned likely_request(unsigned at)
{
	static const unsigned types[] = { VIRTIO_BLK_T_IN,      VIRTIO_BLK_T_OUT,
					  VIRTIO_BLK_T_FLUSH,   VIRTIO_BLK_T_GET_ID,
					  VIRTIO_BLK_T_DISCARD, VIRTIO_BLK_T_WRITE_ZEROES,
					  VIRTIO_BLK_T_IN,      99 };
	struct virtio_blk_outhdr h = { types[below(8)], 0, below(16) ? below(2100) : noise() };
	uint64_t header = BUFFERS + below(0x1000) * 16;
	unsigned write = h.type == VIRTIO_BLK_T_IN || h.type == VIRTIO_BLK_T_GET_ID
				 ? VRING_DESC_F_WRITE
				 : 0;
	struct virtio_blk_discard_write_zeroes z = { below(2100), below(64), below(3) };

	memcpy(g.memory + header, &h, sizeof(h));
	memcpy(g.memory + BUFFERS + 0x18000, &z, sizeof(z));
	*guest_desc(&g, at) = (struct vring_desc){ header, sizeof(h), VRING_DESC_F_NEXT,
						   (at + 1) % NUM };
	*guest_desc(&g, (at + 1) % NUM) = (struct vring_desc){ BUFFERS + 0x18000,
							       below(2) ? 16 : 512 * (1 + below(8)),
							       VRING_DESC_F_NEXT | write,
							       (at + 2) % NUM };
	*guest_desc(&g, (at + 2) % NUM) = (struct vring_desc){ BUFFERS + 0x1f000, 1,
							       VRING_DESC_F_WRITE, 0 };
	return at;
}

static void any_request(void)
{
	unsigned head = likely_request(below(NUM));

	if (below(4) == 0) { /* the same from a table of its own */
		memcpy(g.memory + RING_INDIRECT, guest_desc(&g, 0), NUM * 16);
		*guest_desc(&g, head) = (struct vring_desc){ RING_INDIRECT, NUM * 16,
							     VRING_DESC_F_INDIRECT, 0 };
		for (unsigned i = below(3); i; i--)
			any_descriptor((struct vring_desc *)(g.memory + RING_INDIRECT) + below(NUM),
				       below(NUM));
	}
	for (unsigned i = below(3); i; i--)
		any_descriptor(guest_desc(&g, below(NUM)), below(NUM));
	guest_offer(&g, NUM, below(32) ? head : noise());
}

static void bend(void)
{
	switch (below(12)) {
	case 0:
		guest_avail(&g)->idx = noise();
		break;
	case 1:
		guest_used(&g)->idx = noise();
		break;
	case 2:
		((uint32_t *)b.transport.page)[below(1024)] = noise();
		break;
	case 3:
		memset((char *)b.transport.page + below(4000), noise(), below(96));
		break;
	case 4:
		b.transport.page->cmd = noise() & 0x0f0000ff;
		break;
	case 5:
		map(below(64) * 4096, 4096, below(3));
		break;
	case 6: /* a queue of another shape */
		queue_page()->num = 1U << below(17);
		queue_page()->desc = any_address();
		queue_page()->avail = any_address();
		queue_page()->used = any_address();
		queue_page()->ready = 1;
		b.transport.page->cmd = L4VIRTIO_CMD_CFG_QUEUE | below(3);
		break;
	case 7:
		b.transport.page->cmd = L4VIRTIO_CMD_SET_STATUS | below(256);
		break;
	}
}

/* An honest write and read: the device still works. */
static void check_honest(void)
{
	struct virtio_blk_outhdr *h = (void *)(g.memory + BUFFERS);
	char *data = g.memory + BUFFERS + 0x1000, *status = g.memory + BUFFERS + 0x2000;

	if (map(0, GUEST_SEEN, DEVICE_R | DEVICE_W) < 0)
		die("memory cannot be mapped again");
	honest_setup(noise());
	for (unsigned type = VIRTIO_BLK_T_OUT + 1; type--;) { /* out, then in */
		*h = (struct virtio_blk_outhdr){ type, 0, 7 };
		memset(data, type ? 0x77 : 0, 512);
		*status = 0x7f;
		*guest_desc(&g, 0) = (struct vring_desc){ BUFFERS, 16, VRING_DESC_F_NEXT, 1 };
		*guest_desc(&g, 1) = (struct vring_desc){ BUFFERS + 0x1000, 512,
							  VRING_DESC_F_NEXT |
								  (type ? 0 : VRING_DESC_F_WRITE),
							  2 };
		*guest_desc(&g, 2) = (struct vring_desc){ BUFFERS + 0x2000, 1, VRING_DESC_F_WRITE,
							  0 };
		guest_offer(&g, NUM, 0);
		transport_serve(&b.transport);
		if (*status || data[0] != 0x77 || data[511] != 0x77)
			die("an honest request failed");
	}
}

static void check_secret(void)
{
	for (uint64_t i = GUEST_SEEN; i < GUEST_BYTES; i++)
		if (g.memory[i] != SECRET)
			die("the device wrote to memory it was not shown");
}

static void file_at(int fd, const void *p, size_t len, size_t size)
{
	int f = memfd_create("disk", 0);

	if (f < 0 || ftruncate(f, size) < 0 || (len && pwrite(f, p, len, 0) != (ssize_t)len) ||
	    dup2(f, fd) != fd)
		die("cannot make a file");
	if (f != fd)
		close(f);
}

static void open_device(bool overlay)
{
	struct overlay_header h = { .magic = OVERLAY_MAGIC, .size = DISK_BYTES };

	h.data_offset = OVERLAY_MAP_OFFSET + overlay_map_bytes(DISK_BYTES);
	file_at(WORK, NULL, 0, DISK_BYTES);
	file_at(WORK + 1, &h, sizeof(h), h.data_offset + DISK_BYTES);
	file_at(WORK + 2, NULL, 0, overlay_keep_bytes(DISK_BYTES));
	if (disk_open(&b.disk, WORK, overlay ? DISK_OVERLAY : 0) < 0)
		die("cannot open the disk");
	block_describe(&b);
	b.transport.device = &b.device;
	block_configure(&b);
}

int main(int argc, char **argv)
{
	unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1, rounds = 0;
	time_t end = time(NULL) + (argc > 2 ? strtol(argv[2], NULL, 10) : 5);
	int null = open("/dev/null", O_WRONLY);
	static char page[4096] __attribute__((aligned(4096)));

	dup2(null, DEVICE_FD_IRQ);
	guest_open(&g);
	b.transport.dma = g.dma;
	memset(g.memory + GUEST_SEEN, SECRET, GUEST_BYTES - GUEST_SEEN);
	b.transport.page = (void *)page;
	snprintf(b.transport.hello.name, sizeof(b.transport.hello.name), "fuzz");
	for (; time(NULL) < end; rounds++) {
		state = (seed << 32 | rounds) * 0x9e3779b97f4a7c15UL | 1;
		if (rounds % 1000 == 0)
			open_device(rounds % 2000 != 0);
		honest_setup(noise());
		for (unsigned i = 0; i < 24; i++) {
			for (unsigned n = below(4); n; n--)
				any_request();
			bend();
			transport_command(&b.transport);
			transport_serve(&b.transport);
		}
		check_honest();
		if (rounds % 64 == 0)
			check_secret();
	}
	check_secret();
	printf("PASS %lu rounds, %lu malformed requests, %lu broken queues, %lu I/O errors\n",
	       rounds, b.transport.bad_requests, b.transport.broken_queues, b.errors);
	return !b.transport.bad_requests || !b.transport.broken_queues;
}
