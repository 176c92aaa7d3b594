// SPDX-License-Identifier: MIT
/* One file as a disk. */
#define _GNU_SOURCE
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define IOV_AT_ONCE 1024U

/* Moves on by @done bytes. */
static void advance(struct iovec **buffer, unsigned *n, uint64_t done)
{
	while (*n && done >= (*buffer)->iov_len) {
		done -= (*buffer)->iov_len;
		(*buffer)++;
		(*n)--;
	}
	if (done && *n) {
		(*buffer)->iov_base = (char *)(*buffer)->iov_base + done;
		(*buffer)->iov_len -= done;
	}
}

int file_transfer(int fd, bool write, uint64_t at, struct iovec *buffer, unsigned n, uint64_t len)
{
	while (len) {
		unsigned part = n < IOV_AT_ONCE ? n : IOV_AT_ONCE;
		ssize_t done = write ? pwritev(fd, buffer, part, at) : preadv(fd, buffer, part, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) /* nothing to read: somebody has cut the file */
			return done < 0 ? -errno : -EIO;
		at += done;
		len -= done;
		advance(&buffer, &n, done);
	}
	return 0;
}

/* For files that know neither holes nor ranges of zeroes. */
static int write_zeroes(int fd, uint64_t at, uint64_t len)
{
	static char zeroes[65536];

	while (len) {
		struct iovec v = { zeroes, len < sizeof(zeroes) ? len : sizeof(zeroes) };
		uint64_t part = v.iov_len;
		int e = file_transfer(fd, true, at, &v, 1, part);

		if (e)
			return e;
		at += part;
		len -= part;
	}
	return 0;
}

int file_zero(int fd, uint64_t at, uint64_t len, bool punch)
{
	int mode = punch ? FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE : FALLOC_FL_ZERO_RANGE;
	int r;

	do
		r = fallocate(fd, mode, at, len);
	while (r < 0 && errno == EINTR);
	if (r == 0)
		return 0;
	return errno == EOPNOTSUPP ? write_zeroes(fd, at, len) : -errno;
}

int disk_open(struct disk *d, int fd, unsigned flags)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size < 0)
		return -errno;
	*d = (struct disk){ .fd = fd, .base = -1, .read_only = flags & DISK_READ_ONLY };
	d->size = size & ~511UL;
	if (!(flags & (DISK_OVERLAY | DISK_SCRATCH)))
		return 0;
	d->base = fd;
	if (flags & DISK_SCRATCH)
		return overlay_open_scratch(d, fd + 1);
	d->fd = fd + 1;
	return overlay_open(d, fd + 2);
}

int disk_transfer(struct disk *d, bool write, uint64_t at, struct iovec *buffer, unsigned n)
{
	uint64_t len = 0;

	if (d->base >= 0)
		return overlay_transfer(d, write, at, buffer, n);
	for (unsigned i = 0; i < n; i++)
		len += buffer[i].iov_len;
	return file_transfer(d->fd, write, at, buffer, n, len);
}

int disk_flush(struct disk *d)
{
	if (d->read_only)
		return 0;
	if (d->base >= 0)
		return overlay_flush(d);
	return fdatasync(d->fd) < 0 ? -errno : 0;
}

int disk_zero(struct disk *d, uint64_t at, uint64_t len, bool punch)
{
	if (d->base >= 0)
		return overlay_zero(d, at, len, punch);
	return file_zero(d->fd, at, len, punch);
}
