// SPDX-License-Identifier: MIT
/* The two streams of bytes of a request. */
#include "queue.h"

#include <string.h>

/* One direction of a copy over @n buffers. */
static size_t copy(const struct iovec *b, unsigned n, size_t skip, char *bytes, size_t len, bool in)
{
	size_t done = 0;

	for (; n && done < len; b++, n--) {
		size_t part = b->iov_len;
		char *at = (char *)b->iov_base + skip;

		if (skip >= part) {
			skip -= part;
			continue;
		}
		part -= skip;
		part = part < len - done ? part : len - done;
		memcpy(in ? at : bytes + done, in ? bytes + done : at, part);
		done += part;
		skip = 0;
	}
	return done;
}

size_t queue_read(const struct queue_request *r, size_t skip, void *to, size_t len)
{
	return copy(r->buffer, r->out, skip, to, len, false);
}

size_t queue_write(const struct queue_request *r, size_t skip, const void *from, size_t len)
{
	return copy(r->buffer + r->out, r->in, skip, (char *)from, len, true);
}
