/* SPDX-License-Identifier: MIT */
/* Records the state a root task begins with before anything can change it. */
	.section .text.start, "ax", @progbits
	.globl _start
	.type _start, @function
_start:
	mov	%rax, start_regs(%rip)
	mov	%rbx, start_regs+8(%rip)
	mov	%rcx, start_regs+16(%rip)
	mov	%rdx, start_regs+24(%rip)
	mov	%rsi, start_regs+32(%rip)
	mov	%rdi, start_regs+40(%rip)
	mov	%rbp, start_regs+48(%rip)
	mov	%rsp, start_regs+56(%rip)
	mov	%r8, start_regs+64(%rip)
	mov	%r9, start_regs+72(%rip)
	mov	%r10, start_regs+80(%rip)
	mov	%r11, start_regs+88(%rip)
	mov	%r12, start_regs+96(%rip)
	mov	%r13, start_regs+104(%rip)
	mov	%r14, start_regs+112(%rip)
	mov	%r15, start_regs+120(%rip)
	lea	start_stack_end(%rip), %rsp
	pushf
	popq	start_regs+128(%rip)
	cld
	mov	%gs:0, %rsi
	lea	start_utcb(%rip), %rdi
	mov	$128, %ecx
	rep movsq
	xor	%ebp, %ebp
	xor	%edi, %edi
	xor	%esi, %esi
	call	l4_crt_start
	ud2
	.size _start, . - _start

	.section .bss.stack, "aw", @nobits
	.balign	16
	.globl	start_regs, start_utcb
start_regs:
	.space	17 * 8
start_utcb:
	.space	128 * 8
	.balign	16
	.space	0x8000
start_stack_end:

	.section .note.GNU-stack, "", @progbits
