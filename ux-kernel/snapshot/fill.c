// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "fill.h"

#include <errno.h>
#include <unistd.h>

int fill_file(int fd, const void *data, uint64_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(fd, data, len, at);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data = (const char *)data + n;
			at += n;
			len -= n;
		}
	}
	return 0;
}
