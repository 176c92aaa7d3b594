/* SPDX-License-Identifier: MIT */
/* The system call as an instruction, and the variable that says what is used. */
#include <l4/sys/ipc.h>

__asm__(".text\n"
	".globl l4_entry_plain\n"
	".hidden l4_entry_plain\n"
	"l4_entry_plain:\n"
	"	syscall\n"
	"	ret\n");

/* Initialised, so that it is where the code is, for tasks that get nothing else. */
void (*l4_entry)(void) = l4_entry_plain;
