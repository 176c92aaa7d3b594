/* SPDX-License-Identifier: MIT */
/*
 * Code of the stub page, copied there when the kernel starts. Uses no stack and no memory but the
 * operations page. Ends with int3 when all operations succeeded, with ud2 when one failed (its
 * result in rax, operations left in r13).
 */
#include "stub.h"

	.section .rodata
	.globl stub_code, stub_code_size
	.balign 16
stub_code:
	movabsq $STUB_OPS, %r12
	movq (%r12), %r13
	addq $STUB_OPS_FIRST, %r12
1:	movq 0(%r12), %rax
	movq 8(%r12), %rdi
	movq 16(%r12), %rsi
	movq 24(%r12), %rdx
	movq 32(%r12), %r10
	movq 40(%r12), %r8
	movq 48(%r12), %r9
	jmp 2f
	.org stub_code + STUB_AFTER_SYSCALL_OFFSET - 2
2:	syscall
	cmpq $-4095, %rax
	jae 3f
	addq $8 * STUB_OP_WORDS, %r12
	decq %r13
	jnz 1b
	int3
3:	ud2
1:
	.balign 8
stub_code_size:
	.quad 1b - stub_code

	.section .note.GNU-stack, "", @progbits
