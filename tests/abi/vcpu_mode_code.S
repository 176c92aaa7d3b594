/* SPDX-License-Identifier: MIT */
/* A vCPU's way into user mode and back, with nothing that changes the vector state between. */
	.text
	.globl	mode_resume, mode_entry, mode_swap, mode_select, mode_vector
mode_resume:
	movq	%rdi, %xmm0
	mov	$0xfffffffffffff803, %rdx
	mov	$0xfffffffffff40001, %rax
	xor	%r8d, %r8d
	syscall
	ud2
mode_entry:
	movq	%xmm0, mode_xmm(%rip)
	lea	mode_stack_end(%rip), %rsp
	cld
	call	mode_upcall
	ud2

/* User mode. */
mode_swap:
	movq	%xmm0, %rax
	mov	$0x2222, %ecx
	movq	%rcx, %xmm0
	syscall
mode_select:
	mov	$0x13, %eax
	mov	%eax, %ds
mode_vector:
	int	$0x30

	.bss
	.balign	16
	.globl	mode_xmm
mode_xmm:
	.space	8
	.space	0x2000
	.balign	16
mode_stack_end:

	.section .note.GNU-stack, "", @progbits
