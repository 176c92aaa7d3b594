// SPDX-License-Identifier: GPL-2.0-only
/* Console = standard input and output, log = standard error. */
#include <linux/kernel.h>
#include "sys.h"

static void write_all(int fd, const char *s, unsigned long n)
{
	long r;

	while (n) {
		r = SYS(H_WRITE, fd, s, n);
		if (r == -H_EINTR)
			continue;
		if (r <= 0)
			return;
		s += r;
		n -= r;
	}
}

void l4h_con_write(const char *s, unsigned long n)
{
	write_all(1, s, n);
}

void l4h_log_write(const char *s, unsigned long n)
{
	write_all(2, s, n);
}

long l4h_con_read(char *s, unsigned long n)
{
	struct {
		int fd;
		short events, revents;
	} p = { 0, 1, 0 };
	long r;

	if (SYS(H_POLL, &p, 1, 0) <= 0 || !(p.revents & 1))
		return 0;
	r = SYS(H_READ, 0, s, n);
	return r < 0 ? 0 : r;
}
