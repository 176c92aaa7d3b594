// SPDX-License-Identifier: MIT
/* $DATA#CS with '}' as escape, '+' and '-' as acknowledgement, 0x03 as interrupt. */
#include "gdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPE '}'
#define INTERRUPT 3

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static void send_packet(char kind, const char *data, size_t len)
{
	char *buf = malloc(2 * len + 8);
	unsigned char sum = (unsigned char)kind;
	size_t n = 0;

	if (!buf) {
		gdb.s.broken = true;
		return;
	}
	buf[n++] = '$';
	if (kind)
		buf[n++] = kind;
	for (size_t i = 0; i < len; i++) {
		char c = data[i];

		if (kind && (c == '$' || c == '#' || c == ESCAPE || c == '*')) {
			buf[n++] = ESCAPE;
			sum += ESCAPE;
			c ^= 0x20;
		}
		buf[n++] = c;
		sum += (unsigned char)c;
	}
	n += snprintf(buf + n, 4, "#%02x", sum);
	socket_put(&gdb.s, buf, n);
	free(buf);
}

void gdb_reply(const char *text)
{
	send_packet(0, text, strlen(text));
}

void gdb_reply_data(char kind, const char *data, size_t len)
{
	send_packet(kind, data, len);
}

void gdb_reply_hex(const void *data, size_t len)
{
	char *buf = calloc(2, len + 1);

	if (!buf) {
		gdb_reply_error(12);
		return;
	}
	for (size_t i = 0; i < len; i++)
		snprintf(buf + 2 * i, 3, "%02x", ((const unsigned char *)data)[i]);
	buf[2 * len] = 0;
	gdb_reply(buf);
	free(buf);
}

void gdb_reply_error(int error)
{
	char buf[8];

	snprintf(buf, sizeof(buf), "E%02x", (unsigned)error & 0xff);
	gdb_reply(buf);
}

static size_t unescape(char *data, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		data[n++] = data[i] == ESCAPE && i + 1 < len ? data[++i] ^ 0x20 : data[i];
	data[n] = 0;
	return n;
}

/* Takes what is no packet off the front of the input. */
static void skip(bool *interrupt)
{
	size_t n = 0;

	for (; n < gdb.s.in_len && gdb.s.in[n] != '$'; n++)
		*interrupt |= gdb.s.in[n] == INTERRUPT;
	if (n)
		socket_take(&gdb.s, n);
}

char *gdb_receive(size_t *len, bool *interrupt)
{
	static char packet[GDB_INPUT_MAX]; /* without frame there is room for a NUL */
	unsigned char sum = 0;
	const char *end;

	*interrupt = false;
	socket_fill(&gdb.s);
	skip(interrupt);
	end = gdb.s.in_len ? memchr(gdb.s.in, '#', gdb.s.in_len) : NULL;
	if (!end || end + 3 > gdb.s.in + gdb.s.in_len) {
		if (gdb.s.in_len == gdb.s.in_size) /* longer than we said we take */
			gdb.s.broken = true;
		return NULL;
	}
	*len = end - gdb.s.in - 1;
	memcpy(packet, gdb.s.in + 1, *len);
	for (size_t i = 0; i < *len; i++)
		sum += (unsigned char)packet[i];
	if (!gdb.no_ack) {
		bool good = hex_digit(end[1]) * 16 + hex_digit(end[2]) == sum;

		socket_put(&gdb.s, good ? "+" : "-", 1);
		if (!good)
			*len = 0;
	}
	socket_take(&gdb.s, end + 3 - gdb.s.in);
	*len = unescape(packet, *len);
	return packet;
}
