/* SPDX-License-Identifier: MIT */
/* Vector state (x87, SSE, AVX ...) of host threads, in the standard XSAVE format. */
#ifndef ENGINE_FPU_H
#define ENGINE_FPU_H

#include <sys/types.h>

/* Reads size and initial state from a fresh thread. 0 or negative errno. */
int fpu_init(pid_t fresh);

/* Initial state. */
int fpu_reset(pid_t tid);

#endif
