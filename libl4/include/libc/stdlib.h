/* SPDX-License-Identifier: MIT */
/* Numbers from text and the end of a program; as in C11 7.22, without errno and locales. */
#ifndef L4_LIBC_STDLIB_H
#define L4_LIBC_STDLIB_H

#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

unsigned long strtoul(const char *restrict s, char **restrict end, int base);
long strtol(const char *restrict s, char **restrict end, int base);
int atoi(const char *s);
_Noreturn void exit(int status);
_Noreturn void abort(void);

#endif
