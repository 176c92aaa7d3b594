// SPDX-License-Identifier: MIT
/* module[uncompress]: gzip files that are unpacked before the guest sees them. */
#include "files.h"

#include "../../ux-kernel/host/report.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FIRST_SIZE (1UL << 20)

static bool bad(const char *path, const char *why)
{
	report_error("cannot unpack %s: %s", path, why);
	return false;
}

bool gunzip_file(struct modlist *l, const char *path, uint64_t limit, const void **data,
		 size_t *len)
{
	gzFile f = gzopen(path, "rbe");
	char *buf = NULL, *bigger;
	size_t size = 0;
	int n = 1, e;

	*data = NULL;
	*len = 0;
	if (!f)
		return bad(path, "it cannot be read");
	while (n > 0 && !gzdirect(f) && *len <= limit) {
		if (*len == size) {
			size = size ? 2 * size : FIRST_SIZE;
			bigger = list_alloc(l, size);
			if (!bigger)
				break;
			if (*len)
				memcpy(bigger, buf, *len);
			buf = bigger;
		}
		n = gzread(f, buf + *len, size - *len < 1UL << 30 ? size - *len : 1UL << 30);
		*len += n > 0 ? n : 0;
	}
	gzerror(f, &e);
	*data = buf;
	if (gzclose(f) != Z_OK || n < 0 || e != Z_OK)
		return bad(path, "the file is damaged or cut short");
	if (*len > limit)
		return bad(path, "larger than the guest's memory; give more with -m");
	return n == 0 || !buf || bad(path, "the host has no memory left");
}
