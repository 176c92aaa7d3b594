/* SPDX-License-Identifier: MIT */
/* The thread with a trampoline: its fault, its handler, and the call that leaves the handler. */
	.text
	.globl	tramp_start, tramp_fault, tramp_end, tramp_handler, tramp_second, tramp_resume
	.globl	tramp_call
tramp_start:
	mov	%gs:0, %rax
	movq	$0xabc, (%rax)
	mov	$0x107, %edi
	mov	$0x106, %esi
	mov	$0x101, %ecx
	movabs	$0x300000005, %rbx
tramp_fault:
	mov	(%rbx), %rax
tramp_end:
	ud2

tramp_handler:
	ud2
tramp_second:
	mov	4096(%rbx), %rax

/* The operation is in rcx. */
tramp_resume:
	mov	%gs:0, %rax
	mov	%rcx, (%rax)
	mov	$0xfffffffffffff803, %rdx
	mov	$0xfffffffffff40001, %rax
	xor	%r8d, %r8d
tramp_call:
	syscall
	ud2

	.section .note.GNU-stack, "", @progbits
