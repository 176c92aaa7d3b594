/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unsigned long l4c_invoke(dest, tag, timeouts, unsigned long *label)
 * The one system call of L4: rdx destination and flags, rax tag, rsi label, r8 timeouts. Not
 * inlined, so that the finished kernel can be checked for stray system calls. l4c_entry is the
 * code that makes it: an instruction, or the kernel's own entry (l4/abi/ux.h). l4c_resume is the
 * same for a resume into user mode, which may not need the kernel.
 */
	.data
	.balign 8
	.globl l4c_entry
l4c_entry:
	.quad l4c_plain
	.globl l4c_resume
l4c_resume:
	.quad l4c_plain
	.text
l4c_plain:
	syscall
	ret
	.size l4c_plain, . - l4c_plain
	.globl l4c_invoke
	.type l4c_invoke, @function
l4c_invoke:
	pushq %r15			/* clobbered by the kernel */
	pushq %rcx
	movq %rsi, %rax
	movq %rdx, %r8
	movq %rdi, %rdx
	xorl %esi, %esi
	call *l4c_entry(%rip)
	popq %rcx
	popq %r15
	testq %rcx, %rcx
	jz 1f
	movq %rsi, (%rcx)
1:	ret
	.size l4c_invoke, . - l4c_invoke
	.section .note.GNU-stack, "", @progbits
