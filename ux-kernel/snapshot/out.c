// SPDX-License-Identifier: MIT
/* Writing. */
#define _GNU_SOURCE
#include "out.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096UL

void out_raw(struct snapshot_out *o, const void *data, size_t len)
{
	const char *at = data;

	while (len && !o->error) {
		ssize_t n = write(o->fd, at, len);

		if (n < 0 && errno != EINTR)
			o->error = -errno;
		if (n > 0) {
			at += n;
			len -= n;
		}
	}
}

void out_put(struct snapshot_out *o, const void *data, size_t len)
{
	static const uint64_t zero;
	size_t whole = len & ~7UL, rest = len - whole;
	uint64_t last = 0;

	checksum_add(&o->sum, data, whole);
	out_raw(o, data, len);
	o->h.length += SNAPSHOT_PADDED(len);
	if (!rest)
		return;
	memcpy(&last, (const char *)data + whole, rest);
	checksum_add(&o->sum, &last, sizeof(last));
	out_raw(o, &zero, sizeof(zero) - rest);
}

static bool is_zero(const char *page)
{
	const uint64_t *w = (const void *)page;

	for (unsigned i = 0; i < PAGE / sizeof(*w); i++)
		if (w[i])
			return false;
	return true;
}

/* The next place at or behind @at where the host has memory (or has none). */
static uint64_t seek(int fd, uint64_t at, uint64_t size, int what)
{
	off_t to = lseek(fd, at, what);

	return to < 0 || (uint64_t)to > size ? size : (uint64_t)to;
}

uint64_t out_runs(struct snapshot_out *o, int fd, const void *memory, uint64_t size)
{
	uint64_t runs = 0, at = seek(fd, 0, size, SEEK_DATA);
	const char *m = memory;

	while (at < size) {
		struct snapshot_run r = { at, 0 };
		uint64_t hole = seek(fd, at, size, SEEK_HOLE);

		while (r.start + r.length < hole && !is_zero(m + r.start + r.length))
			r.length += PAGE;
		at = r.start + r.length;
		if (at > size) /* which may end within a page */
			r.length = size - r.start;
		if (r.length) {
			out_put(o, &r, sizeof(r));
			out_put(o, m + r.start, r.length);
			runs++;
		}
		at = at < hole ? at + PAGE : seek(fd, at, size, SEEK_DATA);
	}
	return runs;
}
