/* SPDX-License-Identifier: MIT */
/* Loads of selectors and far transfers that succeed. */
	.text
	.globl	seg_ud2, seg_load_fs, seg_loaded, seg_load_ds, seg_load_ss, seg_read, seg_iret
	.globl	seg_iret_done, seg_lret, seg_lret_done, seg_jump32, seg_code32, seg_int80
seg_ud2:
	ud2
seg_load_fs:
	mov	$(12 * 8 + 3), %eax
	mov	%eax, %fs
	mov	%fs:8, %rax
seg_loaded:
	ud2
seg_load_ds:
	mov	%eax, %ds
	ud2
seg_load_ss:
	mov	%eax, %ss
	ud2
seg_read:
	mov	%ds, %eax
	ud2
seg_iret:
	push	$0x23
	push	$0x1230
	push	$0x601	/* DF, IF, CF */
	push	$0x2b
	lea	seg_iret_done(%rip), %rax
	push	%rax
	iretq
seg_iret_done:
	ud2
seg_lret:
	sub	$32, %rsp
	push	$0x2b
	lea	seg_lret_done(%rip), %rax
	push	%rax
	lretq	$16
seg_lret_done:
	ud2
seg_jump32:
	push	$0x1b
	lea	seg_code32(%rip), %rax
	push	%rax
	lretq
	.code32
seg_code32:
	ud2
seg_int80:
	int	$0x80
	ud2
	.code64

	.section .note.GNU-stack, "", @progbits
