/* SPDX-License-Identifier: GPL-2.0-only */
/* Program entry: hand the argument block over to C. */
	.text
	.globl _start
_start:
	xorl %ebp, %ebp
	movq %rsp, %rdi
	andq $-16, %rsp
	movabsq $l4_boot, %rax
	call *%rax
	ud2
	.section .note.GNU-stack, "", @progbits
