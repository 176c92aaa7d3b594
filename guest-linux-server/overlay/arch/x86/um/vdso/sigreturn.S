/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Return from a signal handler: Linux sets back the signal mask and the alternate stack in a system
 * call that comes with its arguments only (os-L4/partial.c), and the registers are loaded here. A
 * call that Linux needs all registers for, to replace them, costs twice as much.
 *
 * Entered as a restorer is, with rsp at the frame's ucontext. There it stays up to the last
 * instruction, and nothing of the ucontext is changed but what is reserved: whenever Linux has to
 * deliver another signal it can do the rest itself (signal.c), and so no frame is put on top of one
 * that is through.
 */
#include <asm/unistd.h>
#include <asm/vdso/sigreturn.h>
#include "../../../um/os-L4/l4/include/l4/abi/ux.h"

#define FP_XSTATE_MAGIC1 0x46505853
#define FP_XSTATE_MAGIC2 0x46505845
#define SW_FEATURES (L4_FX_SW_BYTES + 8)
#define SW_SIZE (L4_FX_SW_BYTES + 16)
#define USER_CS 0x33
#define USER_SS 0x2b
#define FLAGS_ALWAYS 0x202
#define FLAGS_KEPT 0x204000 /* NT and ID: Linux leaves them alone, iretq does not */

/* For unwinders: register @n, by its DWARF number, was saved at rsp + @at, below 8192. */
#define SAVED(n, at) \
	.cfi_escape 0x10, n, 3, 0x77, ((at) & 0x7f) | 0x80, (at) >> 7
/* The interrupted code's rsp is what rsp + @at holds. */
#define CFA(at) \
	.cfi_escape 0x0f, 4, 0x77, ((at) & 0x7f) | 0x80, (at) >> 7, 0x06

	.section .sigreturn, "ax", @progbits
base:	.quad 0 /* vector features */
	.long 0 /* size */
	/* The nop is for those who look for the caller just before the return address. */
	.org base + L4_VDSO_SIGRETURN_ENTRY - L4_VDSO_SIGRETURN - 1
	.cfi_startproc
	.cfi_signal_frame
	CFA(L4_UC_SP)
	SAVED(8, L4_UC_R8)
	SAVED(9, L4_UC_R8 + 8)
	SAVED(10, L4_UC_R8 + 16)
	SAVED(11, L4_UC_R8 + 24)
	SAVED(12, L4_UC_R8 + 32)
	SAVED(13, L4_UC_R8 + 40)
	SAVED(14, L4_UC_R8 + 48)
	SAVED(15, L4_UC_R8 + 56)
	SAVED(5, L4_UC_R8 + 64)
	SAVED(4, L4_UC_R8 + 72)
	SAVED(6, L4_UC_R8 + 80)
	SAVED(3, L4_UC_R8 + 88)
	SAVED(1, L4_UC_R8 + 96)
	SAVED(0, L4_UC_R8 + 104)
	SAVED(2, L4_UC_R8 + 112)
	SAVED(16, L4_UC_IP)
	nop
	/* Only frames as Linux makes them: all else it looks at itself. */
	xorl %edx, %edx
	pushfq
	popq %rax
	testl $FLAGS_KEPT, %eax
	jnz 1f
	movq L4_UC_FPSTATE(%rsp), %rbx
	testq %rbx, %rbx
	jz 1f
	testb $63, %bl
	jnz 1f
	cmpl $FP_XSTATE_MAGIC1, L4_FX_SW_BYTES(%rbx)
	jne 1f
	movl base + 8(%rip), %ecx
	cmpl %ecx, SW_SIZE(%rbx)
	jne 1f
	cmpl $FP_XSTATE_MAGIC2, (%rbx, %rcx)
	jne 1f
	movq base(%rip), %rax
	cmpq %rax, SW_FEATURES(%rbx)
	jne 1f
	movq %rsp, %rdi
	movl $L4_UX_SIGRETURN_PARTIAL, %edx
1:	movl $__NR_rt_sigreturn, %eax
	.org base + L4_VDSO_SIGRETURN_CALLED - L4_VDSO_SIGRETURN - 2, 0x90
	syscall
	movl base(%rip), %eax
	movl base + 4(%rip), %edx
	xrstor64 (%rbx)
	movq L4_UC_IP(%rsp), %rax
	movq %rax, L4_UC_RESERVED(%rsp)
	movq $USER_CS, L4_UC_RESERVED + 8(%rsp)
	movl L4_UC_FLAGS(%rsp), %eax
	andl $L4_USER_FLAGS, %eax
	orl $FLAGS_ALWAYS, %eax
	movq %rax, L4_UC_RESERVED + 16(%rsp)
	movq L4_UC_SP(%rsp), %rax
	movq %rax, L4_UC_RESERVED + 24(%rsp)
	movq $USER_SS, L4_UC_RESERVED + 32(%rsp)
	movq L4_UC_R8(%rsp), %r8
	movq L4_UC_R8 + 8(%rsp), %r9
	movq L4_UC_R8 + 16(%rsp), %r10
	movq L4_UC_R8 + 24(%rsp), %r11
	movq L4_UC_R8 + 32(%rsp), %r12
	movq L4_UC_R8 + 40(%rsp), %r13
	movq L4_UC_R8 + 48(%rsp), %r14
	movq L4_UC_R8 + 56(%rsp), %r15
	movq L4_UC_R8 + 64(%rsp), %rdi
	movq L4_UC_R8 + 72(%rsp), %rsi
	movq L4_UC_R8 + 80(%rsp), %rbp
	movq L4_UC_R8 + 88(%rsp), %rbx
	movq L4_UC_R8 + 96(%rsp), %rdx
	movq L4_UC_R8 + 104(%rsp), %rax
	movq L4_UC_R8 + 112(%rsp), %rcx
	.org base + L4_VDSO_SIGRETURN_IRETQ - L4_VDSO_SIGRETURN - 7, 0x90
	addq $L4_UC_RESERVED, %rsp
	CFA(24)
	SAVED(16, 0)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15
	.cfi_same_value \n
	.endr
	iretq
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
