/* SPDX-License-Identifier: MIT */
/*
 * Code of the stub page, copied there when the kernel starts.
 */
#include "seccomp_asm.h"
#include "stub.h"

#include <asm/unistd.h>
#include <l4/abi/ux.h>

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define SIGSEGV 11
#define TRAP_PF 14
#define PF_WRITE 2
#define PF_FETCH 16
#define PROT_READ 1 /* PROT_WRITE is PF_WRITE, PROT_EXEC a quarter of PF_FETCH */

	.section .rodata
	.globl stub_code, stub_code_size
	.balign 16
stub_code:
/*
 * The signal handler: rdx has the address of the frame's context, and rsp that of the frame. What
 * the frame does not hold goes into the notification's arguments: selectors and segment bases.
 */
	.org stub_code + STUB_HANDLER_OFFSET
	movl %gs, %r10d
	shlq $16, %r10
	movl %fs, %eax
	orq %rax, %r10
	shlq $16, %r10
	movl %es, %eax
	orq %rax, %r10
	shlq $16, %r10
	movl %ds, %eax
	orq %rax, %r10
	rdfsbase %r8
	rdgsbase %r9
	cmpl $SIGSEGV, %edi
	je 8f
3:	movl $__NR_sched_yield, %eax
	.org stub_code + STUB_NOTIFY_OFFSET - 2, 0x90
	syscall
	testq %rax, %rax
	jnz 5f
4:	addq $8, %rsp
	movl $__NR_rt_sigreturn, %eax
	.org stub_code + STUB_SIGRETURN_OFFSET - 2, 0x90
	syscall
	.org stub_code + STUB_START_OFFSET
	ud2
5:	cmpq $STUB_ANSWER_AGAIN, %rax
	ja step
	je 9f
	cmpl $STUB_ANSWER_LOAD, %eax
	jne 7f
	movq STUB_LOAD_SELECTORS(%rsp), %rax
	movl %eax, %ds
	shrq $16, %rax
	movl %eax, %es
	shrq $16, %rax
	movl %eax, %fs
	shrq $16, %rax
	movl %eax, %gs
	movq STUB_LOAD_FS_BASE(%rsp), %rax
	wrfsbase %rax
	movq STUB_LOAD_GS_BASE(%rsp), %rax
	wrgsbase %rax
	pushq STUB_LOAD_FLAGS(%rsp) /* those that rt_sigreturn leaves as they are */
	popfq
	jmp 4b
9:	movl $STUB_AGAIN_MARK, %edi
	jmp 3b
7:	ud2
/* A page fault: the call offers to resolve it. Other registers are as in the other call. */
8:	cmpq $TRAP_PF, STUB_FRAME_TRAPNO(%rsp)
	jne 3b
	movq STUB_FRAME_CR2(%rsp), %rdi
	andq $-4096, %rdi
	movl %edx, %esi
	andl $STUB_CELL_SIZE - 1, %esi
	shrl $STUB_OFFER_UNIT_SHIFT, %esi
	incl %esi
	movl STUB_FRAME_ERR(%rsp), %edx
	movl %edx, %eax
	andl $PF_FETCH, %eax
	shrl $2, %eax
	andl $PF_WRITE, %edx
	leal PROT_READ(%rdx, %rax), %edx
	movl $__NR_mprotect, %eax
	.org stub_code + STUB_OFFER_OFFSET - 2, 0x90
	syscall
	leaq 8(%rsp), %rdx
	testq %rax, %rax
	jz 4b
	js 9b
	jmp 5b

/*
 * A step, mprotect(), before the way back, which is kept in r12. If it fails the kernel is told
 * from the same place.
 */
	.org stub_code + STUB_STEP_BEGIN_OFFSET, 0x90
step:
	movq %rax, %r12
	andq $-STUB_CELL_SIZE, %rax
	movq %rax, %rbp
	movq STUB_STEP_AT(%rbp), %rdi
	movq STUB_STEP_AT + 8(%rbp), %rsi
	movq STUB_STEP_AT + 16(%rbp), %rdx
	movl $__NR_mprotect, %eax
	.org stub_code + STUB_STEP_OFFSET - 2, 0x90
10:	syscall
	testq %rax, %rax
	movl $__NR_sched_yield, %eax
	js 10b
	movq %r12, %rax
	xorb $STUB_ANSWER_STEP, %al
	testb $STUB_ENTRY_BLOCK_AT, %al
	jnz block
	andl $STUB_ANSWER_AGAIN, %eax
	jz 4b
	jmp 5b
	.org stub_code + STUB_STEP_END_OFFSET, 0x90

/*
 * The fast entry: a program calls it in place of `syscall`. What the kernel does not see in the
 * notification's arguments is on the program's stack (struct entry_save).
 */
	.org stub_code + STUB_ENTRY_OFFSET
entry:
	pushq %r10
	pushq %r15
	pushq %r14
	pushq %r13
	pushq %r12
	pushq %rbp
	pushq %rbx
	rdfsbase %rcx
	pushq %rcx
	rdgsbase %rcx
	pushq %rcx
	movq %rax, %rdi
	movq %rsp, %r10
6:	movl $__NR_sched_yield, %eax
	.org stub_code + STUB_ENTRY_NOTIFY_OFFSET - 2, 0x90
	syscall
	cmpq $STUB_ANSWER_TRAP, %rax
	jb 7f
	je 8f
	cmpq $STUB_ANSWER_AGAIN, %rax
	je 10f
	testb $STUB_ANSWER_STEP, %al
	jnz step
block:	movq %rax, %rsp
	popq %rbx
	popq %rbp
	popq %r12
	popq %r13
	popq %r14
	popq %r15
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rdx
	popq %rcx
	popq %r11
	popq %rax
	iretq
10:	movl $STUB_AGAIN_MARK, %edi
	jmp 6b
	.org stub_code + STUB_ENTRY_END_OFFSET, 0x90
7:	movq %rdi, %rax
	addq $16, %rsp
	popq %rbx
	popq %rbp
	popq %r12
	popq %r13
	popq %r14
	popq %r15
	popq %r10
	jmp plain
8:	ud2
#include "stub_bind.S"

/*
 * The filters of threads that run guest code: the handler's notifications and its return, the
 * entry's notification, and what a bound resume does with listeners. The other filter, older than
 * these, sees to the numbers. In the second kind of thread a notification goes to a listener of
 * the thread's own, and so does a system call that user dispatch lets pass (direct.h), unless all
 * registers will be needed to answer it or it comes from where Linux emulates one.
 */
	.macro filter_begin offset, outside
	.org stub_code + \offset
	.short (2f - 1f) / 8
	.balign 8
	.quad STUB_CODE + (1f - stub_code)
1:	BPF_LD_STUB_IP(\outside)
	.endm
	.macro filter_stub notify
	BPF_JEQ(STUB_LO(STUB_NOTIFY_OFFSET), 23, 0)
	BPF_JEQ(STUB_LO(STUB_OFFER_OFFSET), 22, 0)
	BPF_JEQ(STUB_LO(STUB_STEP_OFFSET), 21, 0)
	BPF_JEQ(STUB_LO(STUB_SIGRETURN_OFFSET), 4, 0)
	BPF_JEQ(STUB_LO(STUB_ENTRY_NOTIFY_OFFSET), 19, 0)
	BPF_JEQ(STUB_LO(STUB_SEND_OFFSET), 4, 0)
	BPF_JEQ(STUB_LO(STUB_RECV_OFFSET), 9, 0)
	BPF_RET(RET_TRAP)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_rt_sigreturn, 13, 15)
	BPF_LD_W(DATA_ARG(1))
	BPF_JEQ(STUB_SEND_CMD, 0, 13)
	BPF_LD_W(DATA_ARG(2))
	BPF_JEQ(STUB_BIND_ANSWER & 0xffffffff, 0, 11)
	BPF_LD_W(DATA_ARG(2) + 4)
	BPF_JEQ(STUB_BIND_ANSWER >> 32, 2, 9)
	BPF_LD_W(DATA_ARG(1))
	BPF_JEQ(STUB_RECV_CMD, 0, 7)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_ioctl, 0, 5)
	BPF_LD_W(DATA_ARG(0))
	BPF_JGE(STUB_BIND_FD + STUB_BIND_SLOTS, 3, 0)
	BPF_JGE(STUB_BIND_FD, 0, 2)
	BPF_RET(RET_ALLOW)
	BPF_RET(\notify)
	BPF_RET(RET_TRAP)
	.endm

	filter_begin STUB_FILTER_OFFSET, 25
	filter_stub RET_ALLOW
2:
	filter_begin STUB_FILTER_OWN_OFFSET, 26
	filter_stub RET_NOTIFY
	BPF_LD_W(DATA_ARCH)
	BPF_JEQ(AUDIT_ARCH_X86_64, 0, 20)
	BPF_LD_W(DATA_IP_HI)
	BPF_JGE(0x80000000, 18, 0)
	BPF_LD_W(DATA_NR)
	BPF_JGE(0x40000000, 16, 0)
	BPF_JEQ(__NR_rt_sigreturn, 12, 0)
	BPF_JEQ(__NR_clone, 14, 0)
	BPF_JEQ(__NR_fork, 13, 0)
	BPF_JEQ(__NR_vfork, 12, 0)
	BPF_JEQ(__NR_execve, 11, 0)
	BPF_JEQ(__NR_kill, 10, 0)
	BPF_JEQ(__NR_sigaltstack, 9, 0)
	BPF_JEQ(__NR_arch_prctl, 8, 0)
	BPF_JEQ(__NR_tkill, 7, 0)
	BPF_JEQ(__NR_tgkill, 6, 0)
	BPF_JEQ(__NR_execveat, 5, 0)
	BPF_JEQ(__NR_clone3, 4, 0)
	BPF_RET(RET_NOTIFY)
	BPF_LD_W(DATA_ARG(2))
	BPF_JEQ(L4_UX_SIGRETURN_PARTIAL, 0, 1)
	BPF_RET(RET_NOTIFY)
	BPF_RET(RET_TRAP)
2:
#include "stub_fpu.S"
1:

/*
 * STUB_RUN uses no stack, and of memory that the program can write only the word of the result. It
 * traps with int3 when all operations succeeded, with ud2 when one failed (its result in rax). The
 * operations page may be somebody else's as soon as a thread has been let go.
 */
	.org stub_code + STUB_RUN_OFFSET
1:	movabsq $STUB_OPS, %rbx
	movq STUB_OPS_COUNT(%rbx), %r13
	movq STUB_OPS_TURN(%rbx), %r14
	movq STUB_OPS_RESULT(%rbx), %rbp
	leaq STUB_OPS_FIRST(%rbx), %r12
	movq STUB_OPS_OTHERWISE(%rbx), %rbx
	testq %r14, %r14
	jz 2f
	movl (%r14), %r15d
2:	movq 0(%r12), %rax
	movq 8(%r12), %rdi
	movq 16(%r12), %rsi
	movq 24(%r12), %rdx
	movq 32(%r12), %r10
	movq 40(%r12), %r8
	movq 48(%r12), %r9
	.org stub_code + STUB_AFTER_SYSCALL_OFFSET - 2, 0x90
	syscall
	cmpq $-4095, %rax
	jae 6f
	addq $8 * STUB_OP_WORDS, %r12
	decq %r13
	jnz 2b
	testq %rbx, %rbx
	jnz 5f
	testq %rbp, %rbp
	jz 8f
	movl $STUB_DONE, %eax
4:	movl %eax, (%rbp)
	movq %rbp, %rdi
	movl $FUTEX_WAKE, %esi
	movl $1, %edx
	movl $__NR_futex, %eax
	.org stub_code + STUB_WAKE_OFFSET - 2, 0x90
	syscall
5:	cmpl %r15d, (%r14)
	jne 1b
	movq %r14, %rdi
	movl $FUTEX_WAIT, %esi
	movl %r15d, %edx
	xorl %r10d, %r10d
	movl $__NR_futex, %eax
	.org stub_code + STUB_WAIT_OFFSET - 2, 0x90
	syscall
	jmp 5b
6:	testq %rbp, %rbp
	jz 7f
	testq %rbx, %rbx
	jz 4b
	movl %eax, (%rbp)
	xorl %ebp, %ebp /* if that fails, too, it is for the kernel to see */
	movl $1, %r13d
	movabsq $STUB_OPS + STUB_OPS_OTHERWISE, %r12
	jmp 2b
7:	ud2
8:	int3

	.org stub_code + STUB_PLAIN_OFFSET, 0x90
plain:	syscall
	ret
9:
	.balign 8
stub_code_size:
	.quad 9b - stub_code

	.section .note.GNU-stack, "", @progbits
