/* SPDX-License-Identifier: MIT */
/*
 * The reflected thread arrives here with its instruction pointer pushed. It saves what a C function
 * may change, calls the handler, and goes back without help of the kernel.
 */
	.text
	.globl reflect_entry
	.hidden reflect_entry
reflect_entry:
	pushfq
	push %rax
	push %rcx
	push %rdx
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	push %r11
	mov %rsp, %rdi
	push %rbx
	mov %rsp, %rbx
	and $-16, %rsp
	call *reflect_handler(%rip)
	mov %rbx, %rsp
	pop %rbx
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rdi
	pop %rsi
	pop %rdx
	pop %rcx
	pop %rax
	popfq
	ret
	.section .note.GNU-stack, "", @progbits
