/* SPDX-License-Identifier: MIT */
/* The parts of the L4 benchmark. Lines are printed as examples/pingpong does. */
#ifndef BENCH_L4_H
#define BENCH_L4_H

#include "pingpong/pingpong.h"
#include "pingpong/stats.h"

#include <l4/sys/types.h>
#include <l4/util/rdtsc.h>

/* objects.c: kernel calls on tasks, threads and mappings. */
void measure_objects(unsigned rounds);

/* exceptions.c: exceptions handled in the task itself, by message and by reflection. */
void measure_exceptions(unsigned rounds);

/* quantum.c: a thread that only computes. */
void measure_quantum(unsigned rounds);

/* upcalls.c: a vCPU and its user task. Ends the program. */
_Noreturn void measure_upcalls(unsigned rounds);

#endif
