// SPDX-License-Identifier: MIT
/* A malicious driver against the block device. */
#define _GNU_SOURCE
#include "devices/block.h"
#include "devices/overlay_format.h"
#include "fuzz.h"

#include <linux/virtio_blk.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DISK_BYTES (1UL << 20)
#define DATA (BUFFERS + 0x18000)
#define STATUS (BUFFERS + 0x1f000)

static struct block b;

/* Header, data, status. */
static unsigned request(unsigned queue, unsigned at)
{
	static const unsigned types[] = { VIRTIO_BLK_T_IN,      VIRTIO_BLK_T_OUT,
					  VIRTIO_BLK_T_FLUSH,   VIRTIO_BLK_T_GET_ID,
					  VIRTIO_BLK_T_DISCARD, VIRTIO_BLK_T_WRITE_ZEROES,
					  VIRTIO_BLK_T_IN,      99 };
	struct virtio_blk_outhdr h = { types[below(8)], 0, below(16) ? below(2100) : noise() };
	uint64_t header = BUFFERS + below(0x1000) * 16;
	bool in = h.type == VIRTIO_BLK_T_IN || h.type == VIRTIO_BLK_T_GET_ID;
	unsigned data = (at + 1) % FUZZ_NUM, status = (at + 2) % FUZZ_NUM;
	struct virtio_blk_discard_write_zeroes z = { below(2100), below(64), below(3) };

	memcpy(g.memory + header, &h, sizeof(h));
	memcpy(g.memory + DATA, &z, sizeof(z));
	*fuzz_desc(queue, at) = (struct vring_desc){ header, sizeof(h), VRING_DESC_F_NEXT, data };
	*fuzz_desc(queue,
		   data) = (struct vring_desc){ DATA, below(2) ? 16 : 512 * (1 + below(8)),
						VRING_DESC_F_NEXT | (in ? VRING_DESC_F_WRITE : 0),
						status };
	*fuzz_desc(queue, status) = (struct vring_desc){ STATUS, 1, VRING_DESC_F_WRITE, 0 };
	return at;
}

/* A write, and a read of the same. */
static void honest(void)
{
	struct virtio_blk_outhdr *h = (void *)(g.memory + BUFFERS);
	char *data = g.memory + BUFFERS + 0x1000, *status = g.memory + BUFFERS + 0x2000;

	for (unsigned type = VIRTIO_BLK_T_OUT + 1; type--;) {
		unsigned in = type ? 0 : VRING_DESC_F_WRITE;

		*h = (struct virtio_blk_outhdr){ type, 0, 7 };
		memset(data, type ? 0x77 : 0, 512);
		*status = 0x7f;
		*fuzz_desc(0, 0) = (struct vring_desc){ BUFFERS, 16, VRING_DESC_F_NEXT, 1 };
		*fuzz_desc(0, 1) = (struct vring_desc){ BUFFERS + 0x1000, 512,
							VRING_DESC_F_NEXT | in, 2 };
		*fuzz_desc(0, 2) = (struct vring_desc){ BUFFERS + 0x2000, 1, VRING_DESC_F_WRITE,
							0 };
		fuzz_offer(0, 0);
		fuzz_turn();
		if (*status || data[0] != 0x77 || data[511] != 0x77)
			die("an honest request failed");
	}
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

/* With and without an overlay by turns. */
static void open_device(unsigned long round)
{
	struct overlay_header h = { .magic = OVERLAY_MAGIC, .size = DISK_BYTES };

	h.data_offset = OVERLAY_MAP_OFFSET + overlay_map_bytes(DISK_BYTES);
	file_at(FUZZ_FD, NULL, 0, DISK_BYTES);
	file_at(FUZZ_FD + 1, &h, sizeof(h), h.data_offset + DISK_BYTES);
	file_at(FUZZ_FD + 2, NULL, 0, overlay_keep_bytes(DISK_BYTES));
	if (disk_open(&b.disk, FUZZ_FD, round % 2 ? DISK_OVERLAY : 0) < 0)
		die("cannot open the disk");
	block_describe(&b);
	b.transport.device = &b.device;
	block_configure(&b);
}

int main(int argc, char **argv)
{
	const struct fuzz_target target = {
		.transport = &b.transport,
		.open = open_device,
		.request = request,
		.honest = honest,
	};

	return fuzz_main(&target, argc, argv);
}
