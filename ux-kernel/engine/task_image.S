/* SPDX-License-Identifier: MIT */
/*
 * The program every task process is forked from: a freestanding executable that is started once.
 * It maps the stub pages over the top of its address space, locks itself into the seccomp filter
 * and jumps to the stub, which traps; the kernel then unmaps everything else, this image
 * included. It uses no stack: the stub pages may replace the one it was started on. With an
 * argument it takes away the time stamp counter, too.
 */
#include "stub.h"

#include <asm/unistd.h>

#define PROT_READ 1
#define PROT_EXEC 4
#define MAP_SHARED_FIXED 0x11
#define PR_SET_PDEATHSIG 1
#define PR_SET_SECCOMP 22
#define PR_SET_TSC 26
#define PR_SET_NO_NEW_PRIVS 38
#define SECCOMP_MODE_FILTER 2
#define PR_TSC_SIGSEGV 2
#define SIGKILL 9

/* struct sock_filter */
#define BPF_LD_W(off) .short 0x20; .byte 0, 0; .long off
#define BPF_JEQ(k, t, f) .short 0x15; .byte t, f; .long k
#define BPF_RET(k) .short 0x06; .byte 0, 0; .long k
#define RET_ALLOW 0x7fff0000
#define RET_TRAP 0x00030000 /* SIGSYS, which the kernel sees */
#define AUDIT_ARCH_X86_64 0xc000003e
#define DATA_NR 0
#define DATA_ARCH 4
#define DATA_IP_LO 8
#define DATA_IP_HI 12

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
	movl $PROT_READ, %edx
	movl $STUB_FD_OPS, %r8d
	syscall
	leaq 4096(%r14), %rdi
	cmpq %rdi, %rax
	jne failed
	host_call __NR_close, STUB_FD_CODE
	host_call __NR_close, STUB_FD_OPS
	host_call __NR_prctl, PR_SET_PDEATHSIG, SIGKILL
	cmpq $1, %r15
	je 1f
	host_call __NR_prctl, PR_SET_TSC, PR_TSC_SIGSEGV
1:	host_call __NR_prctl, PR_SET_NO_NEW_PRIVS, 1
	movl $__NR_prctl, %eax
	movl $PR_SET_SECCOMP, %edi
	movl $SECCOMP_MODE_FILTER, %esi
	leaq filter_program(%rip), %rdx
	syscall
	testq %rax, %rax
	js failed
	int3 /* the kernel takes over here and never comes back */
failed:
	negl %eax
	ud2 /* errno in eax for the kernel's message */

	.section .rodata
	.balign 8
filter:
	BPF_LD_W(DATA_ARCH)
	BPF_JEQ(AUDIT_ARCH_X86_64, 0, 10)
	BPF_LD_W(DATA_IP_HI)
	BPF_JEQ(STUB_CODE >> 32, 0, 8)
	BPF_LD_W(DATA_IP_LO)
	BPF_JEQ((STUB_CODE & 0xffffffff) + STUB_AFTER_SYSCALL_OFFSET, 0, 6)
	BPF_LD_W(DATA_NR)
	BPF_JEQ(__NR_mmap, 3, 0)
	BPF_JEQ(__NR_munmap, 2, 0)
	BPF_JEQ(__NR_mprotect, 1, 0)
	BPF_JEQ(__NR_clone, 0, 1)
	BPF_RET(RET_ALLOW)
	BPF_RET(RET_TRAP)
filter_end:
	.balign 8
filter_program:
	.short (filter_end - filter) / 8
	.balign 8
	.quad filter

	.section .note.GNU-stack, "", @progbits
