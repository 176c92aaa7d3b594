// SPDX-License-Identifier: MIT
/*
 * Looks through an initrd before it is booted: a damaged one would otherwise end in a kernel
 * panic about a missing init. An initrd is a sequence of newc archives, each plain or gzipped.
 */
#include "cli.h"

#include "../ux-kernel/boot/source.h"
#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HEADER 110U

static unsigned long field(const unsigned char *h, unsigned n)
{
	char hex[9];

	memcpy(hex, h + 6 + 8 * n, 8);
	hex[8] = 0;
	return strtoul(hex, NULL, 16);
}

static bool is_archive(const unsigned char *p, size_t len)
{
	return len >= 6 && (!memcmp(p, "070701", 6) || !memcmp(p, "070702", 6));
}

/* Length of the plain archive at @p up to its trailer, 0 when it is damaged. */
static size_t archive_len(const unsigned char *p, size_t len)
{
	size_t at = 0;

	while (len - at >= HEADER && is_archive(p + at, len - at)) {
		size_t size = field(p + at, 6), name = field(p + at, 11);
		size_t data = (HEADER + name + 3) & ~3UL, total = data + ((size + 3) & ~3UL);
		bool last = name == 11 && data <= len - at &&
			    !memcmp(p + at + HEADER, "TRAILER!!!", 11);

		if (last)
			return at + data;
		if (name == 0 || name > 4096 || data + size > len - at)
			return 0;
		at += total < len - at ? total : len - at;
	}
	return 0;
}

/* Unpacks one gzip member; what it used of @len goes to @used. NULL when it is damaged. */
static unsigned char *gunzip(const unsigned char *p, size_t len, size_t *out_len, size_t *used)
{
	z_stream z = { .next_in = (unsigned char *)p, .avail_in = len };
	size_t room = len * 4 + 65536;
	unsigned char *out = malloc(room);
	int r = out && inflateInit2(&z, 15 + 16) == Z_OK ? Z_OK : Z_MEM_ERROR;

	while (r == Z_OK) {
		if (z.total_out == room) {
			unsigned char *more = realloc(out, room *= 2);

			if (!more)
				break;
			out = more;
		}
		z.next_out = out + z.total_out;
		z.avail_out = room - z.total_out;
		r = inflate(&z, Z_NO_FLUSH);
	}
	*out_len = z.total_out;
	*used = z.total_in;
	inflateEnd(&z);
	if (r == Z_STREAM_END)
		return out;
	free(out);
	return NULL;
}

static const char *check(const unsigned char *p, size_t len)
{
	size_t at = 0;
	unsigned archives = 0;

	while (at < len) {
		size_t used = 0;

		if (!p[at]) { /* padding between archives */
			at++;
			continue;
		}
		if (len - at > 2 && p[at] == 0x1f && p[at + 1] == 0x8b) {
			size_t out_len;
			unsigned char *out = gunzip(p + at, len - at, &out_len, &used);
			bool good = out && archive_len(out, out_len);

			free(out);
			if (!good)
				return "its compressed data is damaged or cut off";
		} else {
			/* Linux looks for the next one on such a boundary only. */
			if (at % 4)
				return "an archive in it begins at no multiple of 4 bytes";
			used = archive_len(p + at, len - at);
			if (!used)
				return archives || is_archive(p + at, len - at)
					       ? "an archive in it is damaged or cut off"
					       : "it is no cpio archive (newc), plain or gzipped";
		}
		at += used;
		archives++;
	}
	return archives ? NULL : "it is empty";
}

int cpio_check(const char *path)
{
	const struct boot_module m = { path, { { .path = path } } };
	struct source s;
	const char *why;
	int e = source_open(&s, &m);

	if (e)
		return e;
	why = check(s.data, s.len);
	source_close(&s);
	if (!why)
		return 0;
	report_error("cannot use the initrd %s: %s; make one with 'find . | cpio -o -H newc'", path,
		     why);
	return -EINVAL;
}
