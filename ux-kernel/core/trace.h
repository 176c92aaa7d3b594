/* SPDX-License-Identifier: MIT */
/* Trace buffer: what programs log through the debugger capability, the latest entries. */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include <stdint.h>

struct call;

/* Group 2 of the debugger's operations. */
uint64_t trace_invoke(struct call *c);

/* All tasks are gone: nobody has the buffer mapped any more. */
void trace_stop(void);

#endif
