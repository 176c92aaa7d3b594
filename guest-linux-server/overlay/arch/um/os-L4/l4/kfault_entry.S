/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the helper thread sends the vCPU thread after a fault in kernel mode (reflect.c):
 * rdi = rsp = a copy of the faulting registers (l4_exc_regs_t) on the faulting stack.
 * The last three words are restored from just below the old stack pointer, because an interrupt
 * upcall may overwrite everything below the current one.
 */
#define R(n) ((n) * 8)(%rdi)

	.text
	.globl l4_kfault_entry
	.type l4_kfault_entry, @function
l4_kfault_entry:
	movq %rdi, %rbx
	movabsq $l4_kfault, %rax
	call *%rax
	movq %rbx, %rdi
	movq R(21), %rax	/* sp */
	movq R(18), %rcx	/* ip */
	movq %rcx, -8(%rax)
	movq R(20), %rcx	/* flags */
	movq %rcx, -16(%rax)
	movq R(8), %rcx		/* rdi */
	movq %rcx, -24(%rax)
	movq R(0), %r15
	movq R(1), %r14
	movq R(2), %r13
	movq R(3), %r12
	movq R(4), %r11
	movq R(5), %r10
	movq R(6), %r9
	movq R(7), %r8
	movq R(9), %rsi
	movq R(10), %rbp
	movq R(12), %rbx
	movq R(13), %rdx
	movq R(14), %rcx
	movq R(15), %rax
	movq R(21), %rdi
	leaq -24(%rdi), %rsp
	popq %rdi
	popfq
	ret
	.size l4_kfault_entry, . - l4_kfault_entry
	.section .note.GNU-stack, "", @progbits
