/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Into user mode and back.
 *
 * l4_vcpu_run(state area, tag, code that makes the call) leaves a frame of callee-saved registers
 * on the kernel stack and its address in entry_sp; the upcall that ends user mode arrives on that
 * stack and returns from l4_vcpu_run().
 * So to C code running user code looks like a function call.
 *
 * An upcall in kernel mode (an interrupt; flag off from then on) arrives on the interrupted stack.
 * The interrupted registers are copied from the vCPU page to that stack before the flag goes on
 * again, since the next upcall overwrites the page; then the handler returns like an IRET in
 * user space, without a system call. The kernel is built without a red zone for this.
 *
 * In both cases the first thing is to clear state (FPU_ENABLED survives an upcall) and saved_state:
 * Linux reads the two together as its interrupt flag, see l4host.h.
 */
#include <shared/l4host.h>

#define V_REGS 0x40
#define V_R15 (V_REGS + 0 * 8)
#define V_R14 (V_REGS + 1 * 8)
#define V_R13 (V_REGS + 2 * 8)
#define V_R12 (V_REGS + 3 * 8)
#define V_R11 (V_REGS + 4 * 8)
#define V_R10 (V_REGS + 5 * 8)
#define V_R9 (V_REGS + 6 * 8)
#define V_R8 (V_REGS + 7 * 8)
#define V_RDI (V_REGS + 8 * 8)
#define V_RSI (V_REGS + 9 * 8)
#define V_RBP (V_REGS + 10 * 8)
#define V_RBX (V_REGS + 12 * 8)
#define V_RDX (V_REGS + 13 * 8)
#define V_RCX (V_REGS + 14 * 8)
#define V_RAX (V_REGS + 15 * 8)
#define V_IP (V_REGS + 18 * 8)
#define V_FLAGS (V_REGS + 20 * 8)
#define V_LABEL 0x118
#define V_STATE 0x150
#define V_SAVED_STATE 0x152 /* one dword with state */
#define V_ENTRY_SP 0x160

#define F_USER_MODE 0x20
#define F_RUN_USER 0xa7 /* IRQ, PAGE_FAULTS, EXCEPTIONS, USER_MODE, FPU_ENABLED */
#define INVALID_CAP_CALL 0xfffffffffffff803

	.text
	.globl l4_vcpu_run
	.type l4_vcpu_run, @function
l4_vcpu_run:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rsp, V_ENTRY_SP(%rdi)
	movw $F_RUN_USER, V_SAVED_STATE(%rdi)
	movq %rdx, %rcx
	movq %rsi, %rax
	movq $INVALID_CAP_CALL, %rdx
	xorl %esi, %esi
	xorl %r8d, %r8d
	call *%rcx
	/* only an error comes back here; rax is its tag */
	movabsq $L4H_KU_BASE, %rdi
	movl $0, V_STATE(%rdi)
	jmp 1f

	.globl l4_vcpu_entry
l4_vcpu_entry:
	movzwl V_SAVED_STATE(%rdi), %eax
	movl $0, V_STATE(%rdi)
	testl $F_USER_MODE, %eax
	jz kernel_mode
	xorl %eax, %eax
1:	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret

kernel_mode:
	pushq V_IP(%rdi)
	pushq V_FLAGS(%rdi)
	pushq V_RAX(%rdi)
	pushq V_RCX(%rdi)
	pushq V_RDX(%rdi)
	pushq V_RBX(%rdi)
	pushq V_RBP(%rdi)
	pushq V_RSI(%rdi)
	pushq V_RDI(%rdi)
	pushq V_R8(%rdi)
	pushq V_R9(%rdi)
	pushq V_R10(%rdi)
	pushq V_R11(%rdi)
	pushq V_R12(%rdi)
	pushq V_R13(%rdi)
	pushq V_R14(%rdi)
	pushq V_R15(%rdi)
	movq %rsp, %rbx
	andq $-16, %rsp
	movq V_LABEL(%rdi), %rdi
	movabsq $l4_vcpu_irq, %rax
	call *%rax
	/* the flag is on again: another upcall may come between any two of these */
	movq %rbx, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rbp
	popq %rbx
	popq %rdx
	popq %rcx
	popq %rax
	popfq
	ret
	.size l4_vcpu_run, . - l4_vcpu_run
	.section .note.GNU-stack, "", @progbits
