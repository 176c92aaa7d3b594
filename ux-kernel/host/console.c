// SPDX-License-Identifier: MIT
/* Console and debugger output. */
#define _GNU_SOURCE
#include "console.h"

#include "../core/arch.h"
#include "../debug/trace_hash.h"
#include "report.h"
#include "screen.h"
#include "stop.h"
#include "vtime.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool stdout_lost;

/* Writes all of it; a reader that went away or a full disk is reported once. */
static void write_all(int fd, const char *buf, size_t len, bool *lost)
{
	while (len && !*lost) {
		ssize_t n = write(fd, buf, len);

		if (n >= 0) {
			buf += n;
			len -= n;
		} else if (errno == EINTR || errno == EAGAIN) {
			if (stop_requested())
				return;
		} else {
			*lost = true;
			if (errno != EPIPE)
				report_error("cannot write the guest's output: %s; it is lost from "
					     "here on",
					     report_errno(errno));
			stop_output_lost(errno);
		}
	}
}

void arch_console_write(const char *buf, size_t len)
{
	if (vtime_on())
		trace_hash_output(buf, len);
	write_all(STDOUT_FILENO, buf, len, &stdout_lost);
	screen_output(buf, len);
}

/* Debugger text comes in pieces; lines are put together so that they reach stderr whole. */
#define LINE_END_MAX 3 /* "\r\n" and its NUL */

static char line[512];
static size_t used;

static void line_flush(void)
{
	bool lost = false;

	if (used)
		write_all(STDERR_FILENO, line, used, &lost);
	used = 0;
}

void arch_debug_write(const char *buf, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (buf[i] == '\n')
			used = stpcpy(line + used, report_line_end()) - line;
		else
			line[used++] = buf[i];
		if (buf[i] == '\n' || used > sizeof(line) - LINE_END_MAX)
			line_flush();
	}
}

void console_exit(void)
{
	if (used)
		arch_debug_write("\n", 1);
}
