/* SPDX-License-Identifier: MIT */
/* What the files of the guest benchmark share. Each has one table of operations. */
#ifndef BENCH_MICRO_H
#define BENCH_MICRO_H

#include <sys/types.h>

#define PAGE 4096

struct bench {
	const char *name;
	double (*run)(long n); /* does the operation n times; ns of one, or a negative reason */
	long count;            /* n at a scale of 100 per cent */
};

/* What run() gives instead of a time: the operation cannot be done on this system. */
#define BENCH_SKIPPED (-1.0)

extern const struct bench memory_benches[], process_benches[], message_benches[], file_benches[],
	call_benches[], job_benches[], quantum_benches[];

/* main.c */
double now_ns(void);
_Noreturn void die(const char *what);
void reap(pid_t child); /* it must have ended with status 0 */
char *map_pages(long n);
const char *neighbour(const char *name); /* a file in this program's directory; one at a time */

#endif
