/* SPDX-License-Identifier: MIT */
/* Vector state (x87, SSE, AVX ...) of host threads, in the standard XSAVE format. */
#ifndef ENGINE_FPU_H
#define ENGINE_FPU_H

#include <stddef.h>
#include <sys/types.h>

/* Reads size and initial state from a fresh traced thread. 0 or negative errno. */
int fpu_init(pid_t fresh);

/* arch_fpu_size() bytes: the state a thread begins with. */
const void *fpu_initial(void);

/* State of a traced, stopped thread. 0 or negative errno. */
int fpu_get_traced(pid_t tid, void *area);
int fpu_set_traced(pid_t tid, const void *area);

#endif
