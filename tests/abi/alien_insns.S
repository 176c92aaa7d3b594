/* SPDX-License-Identifier: MIT */
/* What an alien executes, and what is single-stepped. */
	.text
	.globl	alien_start, alien_first, alien_second, alien_fault, alien_end
	.globl	step_start, step_call, step_rep, step_fault, step_end
alien_start:
	mov	$0xfffffffffffff802, %rdx /* sleep 3 ms */
	xor	%eax, %eax
	mov	$0x04000bb8, %r8d
	mov	$0x55, %edi
alien_first:
	syscall
	mov	$0x04000400, %r8d
	mov	$0xfffffffffffff802, %rdx
	xor	%eax, %eax
alien_second:
	syscall
	movabs	$0x300000005, %rbx
alien_fault:
	mov	(%rbx), %rax
alien_end:
	ud2

step_start:
	push	%rax
	pop	%rax
step_call:
	syscall
	mov	%r9d, %ecx
step_rep:
	rep lodsb
step_fault:
	mov	(%rbx), %rax
step_end:
	mov	$0xfffffffffffff802, %rdx
	xor	%eax, %eax
	mov	$0x04000400, %r8d
	mov	$2, %r9d
	movabs	$0x300000005, %rbx
	mov	%rsp, %rsi
	ud2

	.section .note.GNU-stack, "", @progbits
