/* SPDX-License-Identifier: MIT */
/* What the parts of the system call fuzzer share; read main.c first. */
#ifndef HOSTILE_FUZZ_H
#define HOSTILE_FUZZ_H

#include "../call.h"

#include <l4/sys/types.h>

#define TASKS 3U
#define THREADS 3U
#define WORKERS (TASKS * THREADS)

/* The only page a worker can write; its state is at the end, its stack below. */
extern char worker_page[WORKERS][L4_PAGESIZE];

/* Workers begin and, after an exception, begin again here with sp at their state. */
void worker_entry(void);

/* Serves faults and exceptions of the workers. */
void pager_init(void);
void pager_entry(void);
extern unsigned long pager_faults, pager_exceptions;

#endif
