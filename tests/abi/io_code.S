/* SPDX-License-Identifier: MIT */
/* Instructions that need a port. */
	.text
	.globl	io_in, io_in_at, io_out, io_out_at
io_in:
	mov	$0x3f8, %edx
io_in_at:
	in	%dx, %al
	ud2
io_out:
	xor	%eax, %eax
io_out_at:
	out	%al, $0x80
	ud2

/* Raises 13 without permission for the port, 6 with it. */
	.globl	io_nobody
io_nobody:
	mov	$0x9100, %edx
	out	%al, %dx
	ud2

	.section .note.GNU-stack, "", @progbits
