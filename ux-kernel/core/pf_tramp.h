/* SPDX-License-Identifier: MIT */
/* Page-fault trampoline: a thread handles one page fault itself (ABI reference 8.5). */
#ifndef CORE_PF_TRAMP_H
#define CORE_PF_TRAMP_H

#include <stdbool.h>
#include <stdint.h>

struct call;
struct thread;

/* A page fault, with its message word: goes to the trampoline of @t. false: there is none. */
bool pf_tramp_enter(struct thread *t, uint64_t addr, uint64_t err, uint64_t word);

/* Thread op 9. */
uint64_t pf_tramp_control(struct thread *t, struct call *c);

#endif
