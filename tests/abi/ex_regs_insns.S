/* SPDX-License-Identifier: MIT */
/* Places where a thread can be. */
	.text
	.globl	ex_ud2, ex_ud2_too, ex_wait, ex_waited, ex_spin
ex_ud2:
	ud2
ex_ud2_too:
	ud2
ex_wait:
	mov	$0xfffffffffffff806, %rdx
	xor	%eax, %eax
	xor	%r8d, %r8d
	syscall
ex_waited:
	ud2
ex_spin:
	pause
	jmp	ex_spin

	.section .note.GNU-stack, "", @progbits
