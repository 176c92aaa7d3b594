// SPDX-License-Identifier: MIT
/* Messages. Each is written with one call, so that lines of several processes do not mix. */
#define _GNU_SOURCE
#include "report.h"

#include "utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GUEST_REPORTS 10 /* in a second */

static bool verbose;
static unsigned errors;
static bool raw;
static unsigned long suppressed; /* reports of guests since the last that was shown */
static unsigned shown;
static uint64_t second; /* in which they were */

void report_set_verbose(void)
{
	verbose = true;
}

void report_set_raw(bool r)
{
	raw = r && isatty(STDERR_FILENO);
}

bool report_is_verbose(void)
{
	return verbose;
}

const char *report_line_end(void)
{
	return raw ? "\r\n" : "\n";
}

void report_tame(char *text)
{
	for (size_t len = strlen(text); len;) {
		uint32_t c;
		unsigned n = utf8_character(text, len, &c);
		bool good = n && c >= ' ' && (c < 0x7f || c >= 0xa0);

		n = n ? n : 1;
		if (!good)
			memset(text, '?', n);
		text += n;
		len -= n;
	}
}

/* Names of files, options of snapshots and what guests say may be in it. */
static void put(const char *fmt, va_list ap)
{
	char buf[1024];
	int n = snprintf(buf, sizeof(buf), "l4ux: ");

	n += vsnprintf(buf + n, sizeof(buf) - n - 2, fmt, ap);
	if (n > (int)sizeof(buf) - 3)
		n = sizeof(buf) - 3;
	report_tame(buf);
	n = stpcpy(buf + n, report_line_end()) - buf;
	if (write(STDERR_FILENO, buf, n) < 0)
		return; /* nobody left to tell */
}

unsigned report_count(void)
{
	return errors;
}

void report_error(const char *fmt, ...)
{
	va_list ap;

	errors++;
	va_start(ap, fmt);
	put(fmt, ap);
	va_end(ap);
}

static uint64_t seconds_now(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

void report_suppressed(void)
{
	unsigned long n = suppressed;

	suppressed = 0;
	if (n)
		report_error("%lu more reports of this kind are not shown", n);
}

void report_forget(void)
{
	report_suppressed();
	second = 0;
	errors = 0;
}

void report_guest(const char *fmt, ...)
{
	uint64_t now = seconds_now();
	va_list ap;

	if (now != second) {
		report_suppressed();
		second = now;
		shown = 0;
	}
	errors++;
	if (shown == GUEST_REPORTS) {
		suppressed++;
		return;
	}
	shown++;
	va_start(ap, fmt);
	put(fmt, ap);
	va_end(ap);
}

void report_result(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(fmt, ap);
	va_end(ap);
}

void report_info(const char *fmt, ...)
{
	va_list ap;

	if (!verbose)
		return;
	va_start(ap, fmt);
	put(fmt, ap);
	va_end(ap);
}

const char *report_errno(int e)
{
	if (e == EMFILE)
		return "too many open files; raise their limit (ulimit -n)";
	return strerror(e);
}
