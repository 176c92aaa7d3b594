/* SPDX-License-Identifier: MIT */
/* The formatter behind printf() and snprintf(). */
#ifndef L4_LIB_FORMAT_H
#define L4_LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Where the text goes. */
struct format_out {
	char *to;
	size_t size, at;                     /* bytes in the buffer, bytes used */
	size_t len;                          /* bytes produced, whether they fitted or not */
	void (*flush)(struct format_out *o); /* empties the buffer; NULL: what is over is lost */
};

/* Appends formatted text; result: bytes produced, at most INT_MAX. */
int format_run(struct format_out *o, const char *format, va_list args);

#endif
