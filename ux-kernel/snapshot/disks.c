// SPDX-License-Identifier: MIT
/* Disks there and back. */
#define _GNU_SOURCE
#include "disks.h"

#include "../../devices/disk.h"
#include "../../devices/overlay_format.h"
#include "../host/device.h"
#include "../host/report.h"
#include "fill.h"
#include "out.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT_ONCE (256 * OVERLAY_BLOCK)

/* Bytes of an overlay that are there, from *@at on, which moves to where they begin. 0: none. */
static uint64_t run_next(const uint8_t *map, uint64_t size, uint64_t *at)
{
	uint64_t blocks = (size + OVERLAY_BLOCK - 1) / OVERLAY_BLOCK, b = *at / OVERLAY_BLOCK, end;

	while (b < blocks && !(map[b / 8] >> b % 8 & 1))
		b = map[b / 8] ? b + 1 : (b / 8 + 1) * 8;
	if (b >= blocks)
		return 0;
	for (end = b; end < blocks && map[end / 8] >> end % 8 & 1;)
		end++;
	*at = b * OVERLAY_BLOCK;
	return (end * OVERLAY_BLOCK < size ? end * OVERLAY_BLOCK : size) - *at;
}

static int data_save(struct snapshot_out *o, int fd, uint64_t at, uint64_t len)
{
	static char data[AT_ONCE];

	for (uint64_t done = 0; done < len;) {
		uint64_t part = len - done < AT_ONCE ? len - done : AT_ONCE;
		ssize_t n = pread(fd, data, part, at + done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)part)
			return n < 0 ? -errno : -EIO;
		out_put(o, data, part);
		done += part;
	}
	return 0;
}

/* All that the overlay holds; the map is the one in memory, which is ahead of the file's. */
static int overlay_save(struct snapshot_out *o, const struct device *d, uint64_t size)
{
	uint64_t keep_size = overlay_keep_bytes(size), at = 0, len;
	bool scratch = d->plan->flags & DISK_SCRATCH;
	uint64_t data = scratch ? keep_size : OVERLAY_MAP_OFFSET + overlay_map_bytes(size);
	uint8_t *keep = mmap(NULL, keep_size, PROT_READ, MAP_SHARED, d->keep, 0);
	int e = 0;

	if (keep == MAP_FAILED)
		return -errno;
	for (; !e && (len = run_next(keep + overlay_keep_map(size), size, &at)); at += len) {
		out_put(o, &(struct snapshot_run){ at, len }, sizeof(struct snapshot_run));
		e = data_save(o, scratch ? d->keep : d->plan->fd[1], data + at, len);
	}
	munmap(keep, keep_size);
	out_put(o, &(struct snapshot_run){ 0 }, sizeof(struct snapshot_run));
	return e;
}

int disks_path(const struct device *d, char path[PATH_MAX])
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", d->plan->fd[0]);
	n = readlink(link, path, PATH_MAX);
	if (n < 0)
		return -errno;
	if (n == PATH_MAX)
		return -ENAMETOOLONG;
	path[n] = 0;
	return 0;
}

int disks_save(struct snapshot_out *o, const struct device *d)
{
	struct stat st;

	if (fstat(d->plan->fd[0], &st) < 0)
		return -errno;
	struct snapshot_disk s = {
		.size = lseek(d->plan->fd[0], 0, SEEK_END),
		.base_changed = st.st_mtim.tv_sec * 1000000000ULL + st.st_mtim.tv_nsec,
	};

	out_put(o, &s, sizeof(s));
	return d->plan->flags & DISK_READ_ONLY ? 0 : overlay_save(o, d, s.size);
}

bool disks_next(struct snapshot *s, const struct snapshot_device *d, struct snapshot_disk *disk)
{
	const struct snapshot_disk *next = snapshot_take(s, sizeof(*next));

	if (!next)
		return false;
	*disk = *next;
	return disk->size && disk->size % 512 == 0 &&
	       (d->flags == DISK_READ_ONLY || d->flags == DISK_OVERLAY || d->flags == DISK_SCRATCH);
}

/* The bits of the map, at @map, that say that [@at, @at + @len) is there. */
static int mark(int fd, uint64_t map, uint64_t at, uint64_t len)
{
	uint64_t first = at / OVERLAY_BLOCK, end = (at + len + OVERLAY_BLOCK - 1) / OVERLAY_BLOCK;
	int e = 0;

	for (uint64_t b = first; !e && b < end;) {
		uint64_t place = map + b / 8;
		uint8_t bits;

		if (pread(fd, &bits, 1, place) != 1)
			return -EIO;
		do
			bits |= 1U << b % 8;
		while (++b < end && b % 8);
		e = fill_file(fd, &bits, 1, place);
	}
	return e;
}

static int run_fill(struct snapshot *s, const struct snapshot_run *r, int fd, uint64_t size)
{
	uint64_t data = overlay_keep_bytes(size);
	int e = 0;

	for (uint64_t done = 0; !e && done < r->length;) {
		uint64_t part = r->length - done < AT_ONCE ? r->length - done : AT_ONCE;
		const void *bytes = snapshot_take(s, part);

		e = bytes ? fill_file(fd, bytes, part, data + r->start + done) : -EINVAL;
		done += part;
	}
	return e ? e : mark(fd, overlay_keep_map(size), r->start, r->length);
}

int disks_fill(struct snapshot *s, const struct snapshot_disk *d, int fd)
{
	uint64_t end = 0;
	const struct snapshot_run *r;
	int e = 0;

	while (!e) {
		r = snapshot_take(s, sizeof(*r));
		if (r && !r->length)
			return 0;
		if (!r || r->start % OVERLAY_BLOCK || r->start < end || r->start > d->size ||
		    r->length > d->size - r->start)
			return -EINVAL;
		end = r->start + r->length;
		e = run_fill(s, r, fd, d->size);
	}
	return e;
}
