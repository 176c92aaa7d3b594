/* SPDX-License-Identifier: MIT */
/* Measuring in batches, and the floors that are measured. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <sys/types.h>

#define BATCH 1000
#define BATCHES 40

_Noreturn void die(const char *what);

/* Around the n operations of one batch; report() prints one line for all batches. */
void begin(void);
void end(int batch, int n);
void report(const char *name);

/* A child that dies with this process. */
pid_t start_child(void);

/* handover.c */
void floor_ptrace(void);
void floor_futex(void);

/* traps.c */
void floor_getpid(void);
void floor_sigsys(void);
void floor_mmap(void);

#endif
