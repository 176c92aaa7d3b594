/* SPDX-License-Identifier: MIT */
/* Output to the log. */
#include <l4/sys/vcon.h>
#include <l4/ux/program.h>
#include <stdio.h>

#include "format.h"

#define LOG_PIECE 256

void l4_log_write(char const *text, size_t len)
{
	/* A server may print between receiving a message and reading it. */
	l4_msg_regs_t saved = *l4_utcb_mr();

	while (len) {
		unsigned n = len < L4_VCON_WRITE_SIZE ? (unsigned)len : L4_VCON_WRITE_SIZE;

		if (l4_vcon_write(L4_BASE_LOG_CAP, text, n) < 0)
			break;
		text += n;
		len -= n;
	}
	*l4_utcb_mr() = saved;
}

static void log_flush(struct format_out *o)
{
	l4_log_write(o->to, o->at);
	o->at = 0;
}

int vprintf(const char *restrict format, va_list args)
{
	char piece[LOG_PIECE];
	struct format_out o = { .to = piece, .size = sizeof(piece), .flush = log_flush };
	int len = format_run(&o, format, args);

	log_flush(&o);
	return len;
}

int printf(const char *restrict format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vprintf(format, args);
	va_end(args);
	return len;
}

int puts(const char *s)
{
	return printf("%s\n", s);
}

int putchar(int c)
{
	char byte = (char)c;

	l4_log_write(&byte, 1);
	return (unsigned char)byte;
}
