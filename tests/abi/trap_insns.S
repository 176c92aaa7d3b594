/* SPDX-License-Identifier: MIT */
/*
 * Instructions that trap, each with what its exception message says. A case starts at its macro and
 * traps at label 77; an instruction that does not trap runs into the next case, whose address
 * gives it away.
 */
#define ANY -1 /* some error code: processors and emulators differ */

	.macro	trap name:req, trapno:req, err=0, after=0, emulated=1
	.pushsection .rodata
78:	.asciz	"\name"
	.popsection
	.pushsection .data.traps, "aw"
	.quad	78b, 76f, 77f, \trapno, \err, \after, \emulated
	.popsection
76:
	.endm

	/* What QEMU does without a processor's help is something else. */
	.macro	hardware name:req, trapno:req, err=0, after=0
	trap	"\name", \trapno, \err, \after, 0
	.endm

	/* The kernel hides selectors of the GDT in error codes, not those of the LDT. */
	.macro	segment name:req, selector, err, insn:vararg
	trap	"\name", 13, \err
	mov	$\selector, %eax
77:	\insn
	.endm

	/* A call of the far kind: selector:offset on the stack, or what it points to. */
	.macro	far_frame selector
	push	$\selector
	lea	77f(%rip), %rax
	push	%rax
	.endm

	.section .data.traps, "aw"
	.balign	8
	.globl	trap_cases, trap_cases_end
trap_cases:
	.text

	trap	"ud0", 6
77:	.byte	0x0f, 0xff, 0xc0
	trap	"ud1", 6
77:	.byte	0x0f, 0xb9, 0xc0
	trap	"ud2", 6
77:	ud2
	trap	"into, not a 64-bit instruction", 6
77:	.byte	0xce
	trap	"push of es, not a 64-bit instruction", 6
77:	.byte	0x06
	hardware "lock before what cannot be locked", 6
77:	.byte	0xf0, 0x89, 0xc0
	trap	"rsm", 6
77:	rsm

	trap	"division by 0", 0
	xor	%edx, %edx
	xor	%ecx, %ecx
77:	div	%ecx
	trap	"division overflow", 0
	mov	$0x80000000, %eax
	cltd
	mov	$-1, %ecx
77:	idiv	%ecx

	hardware "int1", 1, 0, 1
77:	.byte	0xf1
	trap	"int3", 3, 0, 1
77:	int3
	trap	"int 3 of two bytes", 3, 0, 2
77:	.byte	0xcd, 3
	.irp	n, 0, 1, 2, 4, 5, 6, 7, 8, 12, 13, 14, 16, 0x1f, 0x20, 0x30, 0x7f, 0x80, 0xff
	trap	"int \n", 13, ANY
77:	int	$\n
	.endr

	.irp	insn, hlt, cli, sti, invd, wbinvd, clts, swapgs, rdmsr, wrmsr, rdpmc, sysretl
	trap	"\insn", 13
77:	\insn
	.endr
	trap	"xsetbv", 13
77:	xsetbv
	trap	"in", 13
77:	in	$0x80, %al
	trap	"out", 13
77:	out	%al, $0x80
	trap	"in from dx", 13
	mov	$0x3f8, %edx
77:	in	%dx, %eax
	trap	"ins", 13
	mov	%rsp, %rdi
	mov	$0x80, %edx
77:	insb
	trap	"rep outs", 13
	mov	%rsp, %rsi
	mov	$1, %ecx
77:	rep outsb
	trap	"read of cr0", 13
77:	mov	%cr0, %rax
	trap	"write of cr3", 13
77:	mov	%rax, %cr3
	trap	"read of dr7", 13
77:	mov	%db7, %rax
	trap	"invlpg", 13
77:	invlpg	(%rsp)
	trap	"lgdt", 13
77:	lgdt	-16(%rsp)
	trap	"lidt", 13
77:	lidt	-16(%rsp)
	trap	"lldt", 13
	xor	%eax, %eax
77:	lldt	%ax
	trap	"ltr", 13
	xor	%eax, %eax
77:	ltr	%ax
	trap	"lmsw", 13
77:	lmsw	%ax

	trap	"read at an address that is not canonical", 13
	movabs	$0x900000000000, %rax
77:	mov	(%rax), %rax
	trap	"write at an address that is not canonical", 13
	movabs	$0x900000000000, %rax
77:	mov	%rax, (%rax)
	hardware "push with a stack that is not canonical", 12
	movabs	$0x900000000000, %rsp
77:	push	%rax
	hardware "pop with a stack that is not canonical", 12
	movabs	$0x900000000000, %rsp
77:	pop	%rax
	hardware "access by rbp that is not canonical", 12
	movabs	$0x900000000000, %rbp
77:	mov	(%rbp), %rax
	hardware "call with a stack that is not canonical", 12
	movabs	$0x900000000000, %rsp
77:	call	trap_end
	trap	"misaligned movaps", 13
77:	movaps	1(%rsp), %xmm0
	trap	"misaligned movntdq", 13
77:	movntdq	%xmm0, 1(%rsp)
	hardware "ldmxcsr of reserved bits", 13
	movl	$0xffff0000, -8(%rsp)
77:	ldmxcsr	-8(%rsp)

	trap	"x87 fault, seen by the next instruction", 16
	fninit
	movw	$0x37b, -8(%rsp)
	fldcw	-8(%rsp)
	fld1
	fldz
	fdivrp
77:	fwait
	hardware "x87 invalid operand", 16
	fninit
	movw	$0x37e, -8(%rsp)
	fldcw	-8(%rsp)
	fldz
	fldz
	fdivrp
77:	fld1
	hardware "SSE fault", 19
	movl	$0x1d80, -8(%rsp)
	ldmxcsr	-8(%rsp)
	xorps	%xmm0, %xmm0
	mov	$1, %eax
	cvtsi2ss %eax, %xmm1
77:	divss	%xmm0, %xmm1

	segment	"selector of nothing into ds", 0x1237, 0x1234, mov %eax, %ds
	segment	"kernel's selector into ds", 0x13, 0, mov %eax, %ds
	segment	"kernel's selector into es", 0xb, 0, mov %eax, %es
	segment	"kernel's selector into fs", 0x13, 0, mov %eax, %fs
	segment	"kernel's selector into gs", 0x13, 0, mov %eax, %gs
	trap	"null selector into ss", 13
	xor	%eax, %eax
77:	mov	%eax, %ss
	trap	"bad selector popped into fs", 13
	push	$0x10
77:	popq	%fs
	trap	"bad selector loaded with lgs", 13
	movl	$0, -8(%rsp)
	movw	$0x10, -4(%rsp)
77:	lgs	-8(%rsp), %eax
	trap	"load of cs", 6
77:	.byte	0x8e, 0xc8
	trap	"far return to the kernel", 13
	far_frame 0x08
77:	lretq
	trap	"far return to an empty descriptor", 13
	far_frame 0x63
77:	lretq
	trap	"far return to nothing", 13
	far_frame 0
77:	lretq
	trap	"far jump to the kernel", 13
	movl	$0, -16(%rsp)
	movw	$0x08, -12(%rsp)
77:	ljmpl	*-16(%rsp)
	trap	"far call of the LDT", 13, 0x64
	movl	$0, -16(%rsp)
	movw	$0x67, -12(%rsp)
77:	lcalll	*-16(%rsp)
	trap	"iret to the kernel", 13
	push	$0x23
	push	%rsp
	pushfq
	far_frame 0x08
77:	iretq
	trap	"iret to a null stack", 13
	push	$0
	push	%rsp
	pushfq
	far_frame 0x2b
77:	iretq

	.globl	trap_end
trap_end:
	ud2
	.section .data.traps, "aw"
trap_cases_end:
	.globl	trap_cases_num
trap_cases_num:
	.quad	(trap_cases_end - trap_cases) / (7 * 8)

	.section .note.GNU-stack, "", @progbits
