/* SPDX-License-Identifier: MIT */
/*
 * long fpu_hold_{sse,avx,avx512}(const struct fpu_state *in, struct fpu_state *out,
 *				  long rounds, long call)
 *
 * Load the whole vector and x87 state from *in, then let time pass with nothing of it in memory:
 * spin `rounds` times if call is -1, otherwise make system call number `call` that often. Store
 * the state to *out. Returns the last system call's result. Layout: fpu.h.
 */
#define VEC(i)	((i) * 64)
#define MASK(i)	(2048 + (i) * 8)
#define X87(i)	(2112 + (i) * 8)
#define MXCSR	2176
#define CONTROL	2180

	.macro hold_body kind
	.globl	fpu_hold_\kind
	.type	fpu_hold_\kind, @function
fpu_hold_\kind:
	push	%rbx
	sub	$16, %rsp
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	mov	%rdx, %rbx
	load_\kind
	.irp	i, 7, 6, 5, 4, 3, 2, 1, 0
	fldl	X87(\i)(%rdi)
	.endr
	fldcw	CONTROL(%rdi)
	ldmxcsr	MXCSR(%rdi)
	mov	%rcx, %r8
	cmp	$-1, %rcx
	jne	2f
1:	dec	%rbx
	jnz	1b
	jmp	3f
2:	mov	%r8, %rax
	syscall
	dec	%rbx
	jnz	2b
3:	store_\kind
	stmxcsr	MXCSR(%rsi)
	fnstcw	CONTROL(%rsi)
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	fstpl	X87(\i)(%rsi)
	.endr
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	done_\kind
	add	$16, %rsp
	pop	%rbx
	ret
	.size	fpu_hold_\kind, . - fpu_hold_\kind
	.endm

	.macro load_sse
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	VEC(\i)(%rdi), %xmm\i
	.endr
	.endm
	.macro store_sse
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	%xmm\i, VEC(\i)(%rsi)
	.endr
	.endm
	.macro done_sse
	.endm

	.macro load_avx
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovups	VEC(\i)(%rdi), %ymm\i
	.endr
	.endm
	.macro store_avx
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovups	%ymm\i, VEC(\i)(%rsi)
	.endr
	.endm
	.macro done_avx
	vzeroupper
	.endm

	.macro load_avx512
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, \
		21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vmovups	VEC(\i)(%rdi), %zmm\i
	.endr
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	kmovq	MASK(\i)(%rdi), %k\i
	.endr
	.endm
	.macro store_avx512
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, \
		21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vmovups	%zmm\i, VEC(\i)(%rsi)
	.endr
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	kmovq	%k\i, MASK(\i)(%rsi)
	.endr
	.endm
	.macro done_avx512
	vzeroupper
	.endm

	.text
	hold_body sse
	hold_body avx
	hold_body avx512

	.section .note.GNU-stack, "", @progbits
