/* SPDX-License-Identifier: MIT */
/*
 * The program every task process is forked from: a freestanding executable that is started once.
 * It maps the stub pages over the top of its address space, makes the stub the handler of all
 * signals, locks itself into the seccomp filter and traps; the kernel then unmaps everything else,
 * this image included. It uses no stack: the stub pages may replace the one it was started on.
 * With one argument it takes away the time stamp counter, too; with two it makes no listener.
 *
 * eax at the trap: the descriptor of the filter's listener, which is STUB_FD_LISTENER, the lowest
 * that is free then; or a negative errno when the host has no listeners.
 */
#include "seccomp_asm.h"
#include "stub.h"

#include <asm/unistd.h>

#define PROT_READ 1
#define PROT_EXEC 4
#define MAP_SHARED_FIXED 0x11
#define PR_SET_PDEATHSIG 1
#define PR_SET_TSC 26
#define PR_SET_NO_NEW_PRIVS 38
#define PR_TSC_SIGSEGV 2
#define SIGKILL 9
#define ENOSYS 38

#define SECCOMP_SET_MODE_FILTER 1
#define NEW_LISTENER 0x08
#define WAIT_KILLABLE_RECV 0x20
#define SA_FLAGS 0x1c000004 /* SIGINFO, ONSTACK, RESTORER, RESTART */
#define SIGNALS 64

	.macro host_call nr, a, b = 0, c = 0, d = 0, e = 0, f = 0
	movl $\nr, %eax
	movq $\a, %rdi
	movq $\b, %rsi
	movq $\c, %rdx
	movq $\d, %r10
	movq $\e, %r8
	movq $\f, %r9
	syscall
	testq %rax, %rax
	js failed
	.endm

	.macro install_filter program
	movl $__NR_seccomp, %eax
	movl $SECCOMP_SET_MODE_FILTER, %edi
	leaq \program(%rip), %rdx
	syscall
	.endm

	.text
	.globl _start
_start:
	movq (%rsp), %r15 /* number of arguments */
	movabsq $STUB_CODE, %rdi
	movq %rdi, %r14
	movl $__NR_mmap, %eax
	movl $4096, %esi
	movl $(PROT_READ | PROT_EXEC), %edx
	movl $MAP_SHARED_FIXED, %r10d
	movl $STUB_FD_CODE, %r8d
	xorl %r9d, %r9d
	syscall
	cmpq %r14, %rax
	jne failed
	movl $__NR_mmap, %eax
	leaq 4096(%r14), %rdi
	movl $STUB_END - STUB_OPS, %esi
	movl $PROT_READ, %edx
	movl $STUB_FD_OPS, %r8d
	syscall
	leaq 4096(%r14), %rdi
	cmpq %rdi, %rax
	jne failed
	host_call __NR_close, STUB_FD_CODE
	host_call __NR_close, STUB_FD_OPS
	host_call __NR_prctl, PR_SET_PDEATHSIG, SIGKILL
	cmpq $2, %r15
	jne 1f
	host_call __NR_prctl, PR_SET_TSC, PR_TSC_SIGSEGV
1:	host_call __NR_prctl, PR_SET_NO_NEW_PRIVS, 1
	movl $SIGNALS, %ebx
1:	movl $__NR_rt_sigaction, %eax /* fails for SIGKILL and SIGSTOP */
	movl %ebx, %edi
	leaq action(%rip), %rsi
	xorl %edx, %edx
	movl $8, %r10d
	syscall
	decl %ebx
	jnz 1b
	movl $-ENOSYS, %ebx
	cmpq $3, %r15
	je 4f
	movl $NEW_LISTENER | WAIT_KILLABLE_RECV, %esi
	install_filter filter_plain_program
	testl %eax, %eax
	jns 2f
	movl %eax, %ebx
	xorl %esi, %esi
	install_filter filter_plain_program
	jmp 3f
4:	xorl %esi, %esi
	install_filter filter_user_program
3:	testl %eax, %eax
	js failed
	movl %ebx, %eax
2:	int3 /* the kernel takes over here and never comes back */
failed:
	negl %eax
	ud2 /* errno in eax for the kernel's message */

	.section .rodata
	.balign 8
	/*
	 * What comes from elsewhere than the stub is a trap. In processes that are to be bound it
	 * is a notification, which nobody hears unless the thread's own filter, newer, makes it one
	 * of the thread's own (direct.h): the host executes neither.
	 */
	.macro filter name outside
\name:
	BPF_LD_STUB_IP(39)
	BPF_JEQ(STUB_LO(STUB_NOTIFY_OFFSET), 10, 0)
	BPF_JEQ(STUB_LO(STUB_ENTRY_NOTIFY_OFFSET), 9, 0)
	BPF_JEQ(STUB_LO(STUB_OFFER_OFFSET), 10, 0)
	BPF_JEQ(STUB_LO(STUB_STEP_OFFSET), 11, 0)
	BPF_JEQ(STUB_LO(STUB_SIGRETURN_OFFSET), 14, 0)
	BPF_JEQ(STUB_LO(STUB_SEND_OFFSET), 15, 0)
	BPF_JEQ(STUB_LO(STUB_RECV_OFFSET), 14, 0)
	BPF_JEQ(STUB_LO(STUB_WAIT_OFFSET), 15, 0)
	BPF_JEQ(STUB_LO(STUB_WAKE_OFFSET), 14, 0)
	BPF_JEQ(STUB_LO(STUB_AFTER_SYSCALL_OFFSET), 15, 0)
	BPF_RET(RET_TRAP)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_sched_yield, 5, 24)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_mprotect, 3, 22)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_mprotect, 1, 0)
	BPF_JEQ(__NR_sched_yield, 0, 19)
	BPF_RET(RET_NOTIFY)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_rt_sigreturn, 17, 16)
	BPF_LD_W(DATA_NR) /* the thread's own filter sees to the rest */
	BPF_JEQ(__NR_ioctl, 15, 14)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_futex, 13, 12)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_mmap, 11, 0)
	BPF_JEQ(__NR_munmap, 10, 0)
	BPF_JEQ(__NR_mprotect, 9, 0)
	BPF_JEQ(__NR_clone, 8, 0)
	BPF_JEQ(__NR_close, 7, 0)
	BPF_JEQ(__NR_prctl, 6, 0)
	BPF_JEQ(__NR_sigaltstack, 5, 0)
	BPF_JEQ(__NR_seccomp, 4, 0)
	BPF_JEQ(__NR_ioctl, 0, 2)
	BPF_LD_W(DATA_ARG(1))
	BPF_JEQ(STUB_SEND_CMD, 1, 0)
	BPF_RET(RET_TRAP)
	BPF_RET(RET_ALLOW)
	BPF_RET(\outside)
\name\()_end:
	.balign 8
\name\()_program:
	.short (\name\()_end - \name) / 8
	.balign 8
	.quad \name
	.endm
	filter filter_user RET_NOTIFY
	filter filter_plain RET_TRAP
action: /* struct sigaction of the host: handler, flags, restorer (never used), mask */
	.quad STUB_CODE + STUB_HANDLER_OFFSET
	.quad SA_FLAGS
	.quad STUB_CODE + STUB_HANDLER_OFFSET
	.quad -1

	.section .note.GNU-stack, "", @progbits
