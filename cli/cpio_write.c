// SPDX-License-Identifier: MIT
/* A writer for the "newc" archives Linux takes as initial root file system. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER 110U

static size_t pad4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

bool cpio_add(struct cpio *c, const char *name, unsigned mode, const void *data, size_t len)
{
	size_t name_len = strlen(name) + 1, data_at = pad4(HEADER + name_len);
	size_t total = data_at + pad4(len);
	char *p = realloc(c->data, c->len + total), header[160];

	if (!p)
		return false;
	c->data = p;
	p += c->len;
	memset(p, 0, total);
	/* magic, inode, mode, uid, gid, links, mtime, size, 4 device words, name size, checksum */
	snprintf(header, sizeof(header),
		 "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", ++c->inode, mode,
		 0, 0, 1, 0, len, 0, 0, 0, 0, name_len, 0);
	memcpy(p, header, HEADER);
	memcpy(p + HEADER, name, name_len);
	if (len)
		memcpy(p + data_at, data, len);
	c->len += total;
	return true;
}

bool cpio_end(struct cpio *c)
{
	return cpio_add(c, "TRAILER!!!", 0, NULL, 0);
}
