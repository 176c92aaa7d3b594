/* SPDX-License-Identifier: MIT */
/* The smallest program: exit(0). */
	.globl	_start
_start:	mov	$60, %eax
	xor	%edi, %edi
	syscall
	.section .note.GNU-stack, "", @progbits
