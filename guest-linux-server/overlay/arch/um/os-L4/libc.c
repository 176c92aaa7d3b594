// SPDX-License-Identifier: GPL-2.0-only
/* The four libc names the unmodified kernel half of UML uses, and two that dead code refers to. */
#include <linux/kernel.h>
#include <linux/string.h>
#include <shared/l4host.h>

extern char _end[];
int printf(const char *fmt, ...);
void *sbrk(long inc);
void exit(int code);
long syscall(long n, ...);
long ptrace(int req, ...);
int *__errno_location(void);

/* Used by the kmsg dumper on a panic and for usage texts: both belong on stderr. */
int printf(const char *fmt, ...)
{
	static char buf[1200];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vscnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	l4h_log_write(buf, n);
	return n;
}

void *sbrk(long inc)
{
	return (void *)(((unsigned long)_end + 4095) & ~4095ul);
}

void exit(int code)
{
	l4h_exit(code);
}

long syscall(long n, ...)
{
	return -ENOSYS;
}

long ptrace(int req, ...)
{
	return -1;
}

int *__errno_location(void)
{
	static int dummy;

	return &dummy;
}
