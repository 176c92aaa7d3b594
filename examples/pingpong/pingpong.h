/* SPDX-License-Identifier: MIT */
/* The measurements, and how they fail. */
#ifndef EXAMPLES_PINGPONG_H
#define EXAMPLES_PINGPONG_H

#include <l4/sys/types.h>

/* Ends the program with status 1 when @is differs from @should. */
void check(l4_umword_t is, l4_umword_t should, const char *what);

/*
 * main.c's rounds for the operation @name: once when only another one is asked for, so that what is
 * counted from outside is that one.
 */
unsigned pingpong_rounds(const char *name, unsigned rounds);

/* Asks for one operation; NULL for all. */
void pingpong_only(const char *name);

/* ipc.c: a call and its answer, to a thread of the same task and to another task's. */
void measure_ipc(unsigned rounds);

/* faults.c: page faults and exceptions as messages. */
void measure_faults(unsigned rounds);

#endif
