/* SPDX-License-Identifier: MIT */
/* Random system calls for the core; read fuzz_core.c first. */
#ifndef HOSTILE_FUZZ_CORE_H
#define HOSTILE_FUZZ_CORE_H

#include "fake_system.h"

#define FUZZ_TASKS 3U
#define FUZZ_THREADS 3U

uint64_t fuzz_random(void);

static inline uint64_t fuzz_below(uint64_t n)
{
	return fuzz_random() % n;
}

/* An address that is likely to mean something. */
uint64_t fuzz_address(void);

/* Fills registers and UTCB of @t for one system call. */
void fuzz_system_call(struct thread *t);

#endif
