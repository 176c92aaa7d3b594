/* SPDX-License-Identifier: MIT */
/* What runs in the user task of the vCPU: see upcalls.h. */
	.macro loop_of name, insn:vararg
	.globl \name
	.hidden \name
\name:
	\insn
	jmp \name
	.endm

	.macro cycles
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	.endm

	.text
	loop_of upcall_syscall, syscall
	loop_of upcall_exception, ud2
	loop_of upcall_fault, mov (%rbx), %al

	.globl upcall_map
	.hidden upcall_map
upcall_map:
	cycles
	mov %rax, %r8
	mov (%rbx), %al
	cycles
	sub %r8, %rax
	syscall
	jmp upcall_map

	.section .note.GNU-stack, "", @progbits
