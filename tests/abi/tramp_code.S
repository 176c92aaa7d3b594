/* SPDX-License-Identifier: MIT */
/* An instruction that faults, and where the trampoline goes. */
	.text
	.globl	tramp_handler, tramp_read, tramp_read_at
tramp_handler:
	mov	%rdi, tramp_seen(%rip)
	mov	%rsi, tramp_seen+8(%rip)
	mov	%rsp, tramp_seen+16(%rip)
	sub	$128, %rsp
	and	$-16, %rsp
	cld
	call	tramp_handled
	ud2
tramp_read:
	movabs	$0x300000005, %rax
tramp_read_at:
	mov	(%rax), %rcx
	ud2

	.bss
	.balign	16
	.globl	tramp_seen
tramp_seen:
	.space	24

	.section .note.GNU-stack, "", @progbits
