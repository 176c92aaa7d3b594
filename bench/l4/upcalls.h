/* SPDX-License-Identifier: MIT */
/* The user code of upcalls.c (user.S). rbx: the window, a page nobody has mapped. */
#ifndef BENCH_UPCALLS_H
#define BENCH_UPCALLS_H

#define UPCALL_WINDOW 0x20000000UL

/* Endless loops of one event each; each event's instruction is two bytes long. */
extern const char upcall_syscall[], upcall_exception[], upcall_fault[];

/* Touches the window, tells in rax how many cycles that took, with a system call. */
extern const char upcall_map[];

#endif
