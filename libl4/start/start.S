/* SPDX-License-Identifier: MIT */
/*
 * First instructions of a program. The kernel starts sigma0 and the root task with rsp = 0 and
 * the KIP address (or 0) in rdi; everybody else finds the SysV stack at rsp.
 */
	.section .text.start, "ax", @progbits
	.globl _start
	.hidden _start
	.type _start, @function
_start:
	xor	%ebp, %ebp
	mov	%rdi, %rsi
	mov	%rsp, %rdi
	test	%rsp, %rsp
	jnz	1f
	lea	l4_root_stack_end(%rip), %rsp
1:	and	$-16, %rsp
	call	l4_crt_start
	ud2
	.size _start, . - _start

	.section .bss.stack, "aw", @nobits
	.balign	16
	.space	0x8000
l4_root_stack_end:

	.section .note.GNU-stack, "", @progbits
