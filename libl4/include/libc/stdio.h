/* SPDX-License-Identifier: MIT */
/*
 * Formatted output to the log capability. Conversions: %d %i %u %x %X %p %s %c %%, with the
 * flags - and 0, width, precision of %s, * for both, and the sizes l, ll, z. No floating point.
 */
#ifndef L4_LIBC_STDIO_H
#define L4_LIBC_STDIO_H

#include <stdarg.h>
#include <stddef.h>

/* Writes to the log (what it says appears on the simulator's output); result: characters. */
int printf(const char *restrict format, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *restrict format, va_list args) __attribute__((format(printf, 1, 0)));

/* Format into a buffer of size bytes, always NUL-terminated unless size is 0. */
int snprintf(char *restrict to, size_t size, const char *restrict format, ...)
	__attribute__((format(printf, 3, 4)));
int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* A line, a character to the log. */
int puts(const char *s);
int putchar(int c);

#endif
