/* SPDX-License-Identifier: MIT */
/*
 * void entry_regs(l4_umword_t regs[14], l4_umword_t dest, l4_umword_t tag, l4_umword_t entry):
 * calls @entry as a system call, with recognisable registers, timeouts 0x12345678 and label 0x77.
 * Out: rax rdx rsi r8 rbx rbp r9 r10 r12 r13 r14 r15, rsp difference, fs base.
 */
	.text
	.globl	entry_regs
	.type	entry_regs, @function
entry_regs:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdi
	mov	%rdx, %rax
	mov	%rsi, %rdx
	mov	%rcx, %r11
	mov	$0x12345678, %r8d
	mov	$0x1111, %ebx
	mov	$0x2222, %ebp
	mov	$0x9999, %r9d
	mov	$0xaaaa, %r10d
	mov	$0xcccc, %r12d
	mov	$0xdddd, %r13d
	mov	$0xeeee, %r14d
	mov	$0xffff, %r15d
	mov	$0x77, %esi
	mov	%rsp, saved_sp(%rip)
	call	*%r11
	mov	(%rsp), %rdi
	mov	%rax, (%rdi)
	mov	%rdx, 8(%rdi)
	mov	%rsi, 16(%rdi)
	mov	%r8, 24(%rdi)
	mov	%rbx, 32(%rdi)
	mov	%rbp, 40(%rdi)
	mov	%r9, 48(%rdi)
	mov	%r10, 56(%rdi)
	mov	%r12, 64(%rdi)
	mov	%r13, 72(%rdi)
	mov	%r14, 80(%rdi)
	mov	%r15, 88(%rdi)
	mov	%rsp, %rax
	sub	saved_sp(%rip), %rax
	mov	%rax, 96(%rdi)
	rdfsbase %rax
	mov	%rax, 104(%rdi)
	pop	%rdi
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.size entry_regs, . - entry_regs

	.local	saved_sp
	.comm	saved_sp, 8, 8

	.section .note.GNU-stack, "", @progbits
