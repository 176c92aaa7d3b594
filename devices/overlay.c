// SPDX-License-Identifier: MIT
/*
 * A disk with an overlay. The map is in memory that outlives this process, so that a process that
 * takes over knows what its predecessor has written; it goes to the file with a flush.
 */
#define _GNU_SOURCE
#include "disk.h"
#include "overlay_format.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAP_READ d->keep[0]
#define MAP_CHANGED (d->keep + 1)

static bool here(const struct disk *d, uint64_t block)
{
	return d->map[block / 8] >> block % 8 & 1;
}

static void set_here(struct disk *d, uint64_t at, uint64_t len)
{
	for (uint64_t b = at / OVERLAY_BLOCK; b * OVERLAY_BLOCK < at + len; b++) {
		d->map[b / 8] |= 1U << b % 8;
		MAP_CHANGED[b / 8 / OVERLAY_BLOCK] = 1;
	}
}

static int map_kept(struct disk *d, int keep_fd)
{
	d->map_pages = overlay_map_bytes(d->size) / OVERLAY_BLOCK;
	d->keep = mmap(NULL, overlay_keep_bytes(d->size), PROT_READ | PROT_WRITE, MAP_SHARED,
		       keep_fd, 0);
	if (d->keep == MAP_FAILED)
		return -errno;
	d->map = d->keep + overlay_keep_map(d->size);
	return 0;
}

int overlay_open_scratch(struct disk *d, int keep_fd)
{
	d->scratch = true;
	d->fd = keep_fd;
	d->data = overlay_keep_bytes(d->size);
	return map_kept(d, keep_fd);
}

int overlay_open(struct disk *d, int keep_fd)
{
	struct overlay_header h;
	struct iovec v = { &h, sizeof(h) };
	uint64_t map_bytes = overlay_map_bytes(d->size);
	int e = file_transfer(d->fd, false, 0, &v, 1, sizeof(h));

	if (e)
		return e;
	if (memcmp(h.magic, OVERLAY_MAGIC, sizeof(h.magic)) != 0 || h.size != d->size)
		return -EINVAL;
	d->data = h.data_offset;
	e = map_kept(d, keep_fd);
	if (e)
		return e;
	close(keep_fd);
	if (MAP_READ)
		return 0;
	v = (struct iovec){ d->map, map_bytes };
	e = file_transfer(d->fd, false, OVERLAY_MAP_OFFSET, &v, 1, map_bytes);
	MAP_READ = !e;
	return e;
}

/* Bytes from @at on, at most @len, that are all here or all in the base. */
static uint64_t run(const struct disk *d, uint64_t at, uint64_t len)
{
	uint64_t block = at / OVERLAY_BLOCK, end;
	bool first = here(d, block);

	do
		end = ++block * OVERLAY_BLOCK;
	while (end < at + len && here(d, block) == first);
	return end < at + len ? end - at : len;
}

/* Cuts the first @len bytes off the buffers into @part. */
static unsigned take(struct iovec **buffer, unsigned *n, uint64_t len, struct iovec *part)
{
	unsigned count = 0;

	while (len) {
		struct iovec *b = *buffer;
		uint64_t size = b->iov_len < len ? b->iov_len : len;

		part[count++] = (struct iovec){ b->iov_base, size };
		b->iov_base = (char *)b->iov_base + size;
		b->iov_len -= size;
		if (!b->iov_len) {
			(*buffer)++;
			(*n)--;
		}
		len -= size;
	}
	return count;
}

/* Before a part of a block is written, the rest of it must be here. */
static int copy_up(struct disk *d, uint64_t at)
{
	static char block[OVERLAY_BLOCK];
	uint64_t start = at / OVERLAY_BLOCK * OVERLAY_BLOCK;
	uint64_t len = d->size - start < OVERLAY_BLOCK ? d->size - start : OVERLAY_BLOCK;
	struct iovec v = { block, len };
	int e;

	if (at % OVERLAY_BLOCK == 0 || at >= d->size || here(d, start / OVERLAY_BLOCK))
		return 0;
	e = file_transfer(d->base, false, start, &v, 1, len);
	v = (struct iovec){ block, len };
	if (!e)
		e = file_transfer(d->fd, true, d->data + start, &v, 1, len);
	if (!e)
		set_here(d, start, len);
	return e;
}

static int copy_up_ends(struct disk *d, uint64_t at, uint64_t len)
{
	int e = copy_up(d, at);

	return e ? e : copy_up(d, at + len);
}

int overlay_transfer(struct disk *d, bool write, uint64_t at, struct iovec *buffer, unsigned n)
{
	static struct iovec part[512];
	uint64_t len = 0;
	int e = 0;

	for (unsigned i = 0; i < n; i++)
		len += buffer[i].iov_len;
	if (n > sizeof(part) / sizeof(part[0]))
		return -EINVAL;
	if (write) {
		e = copy_up_ends(d, at, len);
		if (!e)
			e = file_transfer(d->fd, true, d->data + at, buffer, n, len);
		if (!e)
			set_here(d, at, len);
		return e;
	}
	while (len && !e) {
		uint64_t size = run(d, at, len);
		unsigned count = take(&buffer, &n, size, part);

		if (here(d, at / OVERLAY_BLOCK))
			e = file_transfer(d->fd, false, d->data + at, part, count, size);
		else
			e = file_transfer(d->base, false, at, part, count, size);
		at += size;
		len -= size;
	}
	return e;
}

int overlay_zero(struct disk *d, uint64_t at, uint64_t len, bool punch)
{
	int e = copy_up_ends(d, at, len);

	if (!e)
		e = file_zero(d->fd, d->data + at, len, punch);
	if (!e)
		set_here(d, at, len);
	return e;
}

int overlay_flush(struct disk *d)
{
	bool changed = memchr(MAP_CHANGED, 1, d->map_pages);

	if (d->scratch)
		return 0;
	/* First the blocks, then what says that they are there. */
	if (fdatasync(d->fd) < 0)
		return -errno;
	if (!changed)
		return 0;
	for (uint64_t i = 0; i < d->map_pages; i++) {
		struct iovec v = { d->map + i * OVERLAY_BLOCK, OVERLAY_BLOCK };
		int e;

		if (!MAP_CHANGED[i])
			continue;
		e = file_transfer(d->fd, true, OVERLAY_MAP_OFFSET + i * OVERLAY_BLOCK, &v, 1,
				  OVERLAY_BLOCK);
		if (e)
			return e;
	}
	if (fdatasync(d->fd) < 0)
		return -errno;
	memset(MAP_CHANGED, 0, d->map_pages);
	return 0;
}
