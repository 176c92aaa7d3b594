/* SPDX-License-Identifier: MIT */
/*
 * The stub: two pages at the top of every task process, the only host code a task ever runs.
 *
 *   STUB_CODE  read + execute: runs the operations of the page behind it, then traps
 *   STUB_OPS   read only for the task; written by the kernel through its own mapping
 *
 * A thread executes host system calls only between two ptrace stops of the kernel, started at
 * STUB_RUN with PTRACE_CONT. Guest code that jumps here runs under PTRACE_SYSEMU like any other:
 * its `syscall` stops before the host acts. A seccomp filter that allows five calls from this
 * one instruction is the second lock on the same door.
 *
 * Shared by C and assembly.
 */
#ifndef ENGINE_STUB_H
#define ENGINE_STUB_H

#define STUB_CODE 0x7fffffff0000
#define STUB_OPS 0x7fffffff1000
#define STUB_END 0x7fffffff2000
#define STUB_RUN STUB_CODE

/* Offset of the instruction after `syscall`, which is the address seccomp reports. */
#define STUB_AFTER_SYSCALL_OFFSET 0x40

/* Host file descriptors of a task process; everything else is closed. */
#define STUB_FD_CODE 3
#define STUB_FD_OPS 4
#define STUB_FD_RAM 5
#define STUB_FD_KU 6
#define STUB_FD_IO 7 /* only when there are devices */
#define STUB_FDS 5

/* The operations page: count, then operations of 7 words: number and six arguments. */
#define STUB_OP_WORDS 7
#define STUB_OPS_FIRST 8
#define STUB_OPS_MAX 72

#ifndef __ASSEMBLER__
#include <stdint.h>

struct stub_op {
	uint64_t nr, arg[6];
};

struct stub_ops {
	uint64_t count;
	struct stub_op op[STUB_OPS_MAX];
};

_Static_assert(sizeof(struct stub_op) == STUB_OP_WORDS * 8, "stub operation");
_Static_assert(sizeof(struct stub_ops) <= 4096, "operations page");

extern const char stub_code[];
extern const uint64_t stub_code_size;
#endif

#endif
