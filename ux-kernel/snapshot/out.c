// SPDX-License-Identifier: MIT
/* Writing. */
#include "out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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
