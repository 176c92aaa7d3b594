// SPDX-License-Identifier: GPL-2.0-only
/* Console = the Log object, log = the debugger object (the simulator's stderr). */
#include <linux/kernel.h>
#include <linux/string.h>
#include "l4c.h"

static void write_chunk(l4_utcb_layout_t *u, unsigned long sel, unsigned long op, long proto,
			unsigned long flags, const char *s, unsigned int n)
{
	u->mr[0] = op;
	u->mr[1] = n;
	memcpy(&u->mr[2], s, n);
	l4c_invoke(sel, l4c_tag(proto, 2 + DIV_ROUND_UP(n, sizeof(long)), 0) | flags, 0, NULL);
}

static void write_all(unsigned long sel, unsigned long op, long proto, unsigned long flags,
		      const char *s, unsigned long n)
{
	unsigned int part;
	int old;

	while (n) {
		part = min(n, (unsigned long)L4_VCON_WRITE_SIZE);
		old = l4c_lock();
		write_chunk(l4c_utcb(), sel, op, proto, flags, s, part);
		l4c_unlock(old);
		s += part;
		n -= part;
	}
}

void l4h_con_write(const char *s, unsigned long n)
{
	write_all(L4_BASE_LOG_CAP | L4_SYSF_SEND, L4_VCON_WRITE_OP, L4_PROTO_LOG,
		  L4_MSGTAG_SCHEDULE, s, n);
}

void l4h_log_write(const char *s, unsigned long n)
{
	write_all(L4_BASE_DEBUGGER_CAP | L4_SYSF_CALL, L4_KDEBUG_OUTNSTRING, L4_PROTO_DEBUGGER, 0,
		  s, n);
}

long l4h_con_read(char *s, unsigned long n)
{
	l4_utcb_layout_t *u = l4c_utcb();
	unsigned long want = min(n, (unsigned long)L4_VCON_READ_SIZE), got = 0;
	int old = l4c_lock();

	u->mr[0] = L4_VCON_READ_OP | want << 16;
	if (l4c_call(L4_BASE_LOG_CAP, l4c_tag(L4_PROTO_LOG, 1, 0)) >= 0)
		got = min(u->mr[0] & L4_VCON_READ_SIZE_MASK, want);
	memcpy(s, &u->mr[1], got);
	l4c_unlock(old);
	return got;
}
