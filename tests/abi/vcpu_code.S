/* SPDX-License-Identifier: MIT */
/* Where upcalls arrive, and what the vCPU runs in its user task. */
	.text
	.globl	vcpu_entry, vcpu_user_ud2, vcpu_user_call, vcpu_user_read, vcpu_user_spin
	.globl	vcpu_user_regs, vcpu_user_fpu, vcpu_call_at, vcpu_read_at
/* Records what the kernel has set, then goes on in C on a stack of its own. */
vcpu_entry:
	mov	%rsp, vcpu_at_entry(%rip)
	mov	%rdi, vcpu_at_entry+8(%rip)
	lea	vcpu_stack_end(%rip), %rsp
	pushf
	popq	vcpu_at_entry+16(%rip)
	mov	%gs:0, %rax
	mov	%rax, vcpu_at_entry+24(%rip)
	cld
	call	vcpu_upcall
	ud2
vcpu_user_ud2:
	ud2
vcpu_user_call:
	mov	$0x12345, %eax
	mov	$0x1234, %r8d
vcpu_call_at:
	syscall
vcpu_user_read:
	movabs	$0x300000005, %rax
vcpu_read_at:
	mov	(%rax), %rcx
	ud2
vcpu_user_spin:
	pause
	jmp	vcpu_user_spin
vcpu_user_regs:
	mov	%fs:0, %rax
	ud2
vcpu_user_fpu:
	movq	%xmm0, %rax
	ud2

	.bss
	.balign	16
	.globl	vcpu_at_entry
vcpu_at_entry:
	.space	32
	.space	0x2000
vcpu_stack_end:

	.section .note.GNU-stack, "", @progbits
