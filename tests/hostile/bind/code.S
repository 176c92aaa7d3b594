/* SPDX-License-Identifier: MIT */
/* Into user mode and back, as a function; and jumps into the stub with registers of our choice. */
#include "bind.h"

#define V_STATE 0x150
#define V_SAVED_STATE 0x152
#define V_ENTRY_SP 0x160
#define INVALID_CAP_CALL 0xfffffffffffff803
#define SYS_MPROTECT 10
#define SYS_RT_SIGRETURN 15
#define SYS_IOCTL 16
#define SYS_SCHED_YIELD 24

	.text
	.globl bind_run, bind_try, bind_entry, bind_plain, bind_jump, bind_deafen, bind_send
	.globl user_calls, user_at_call, user_spins, user_shows
	.globl user_direct, user_direct_call, user_call_spins, user_numbers
	.globl user_scribbles, user_forges, user_returns, user_offers
	.macro save
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	.endm
	.macro restore
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	.endm

bind_run:
	save
	movq %rdx, %rcx
	movq %rsp, V_ENTRY_SP(%rdi)
	movl $RUN_USER << 16, V_STATE(%rdi)
	movq %rsi, %rax
	movq $INVALID_CAP_CALL, %rdx
	xorl %esi, %esi
	xorl %r8d, %r8d
	call *%rcx
	movl $STATE_ADDR, %edi
	movl $0, V_STATE(%rdi)
	restore
	ret

bind_plain:
	syscall
	ret

bind_entry:
	movzwl V_SAVED_STATE(%rdi), %eax
	movl $0, V_STATE(%rdi)
	testl $0x20, %eax
	jz 1f
	xorl %eax, %eax
	restore
	ret
1:	movq recover(%rip), %rsp
	movl $1, %eax
	restore
	ret

bind_try:
	save
	movq %rsp, recover(%rip)
	movl $STATE_ADDR, %eax
	movq %rsp, V_ENTRY_SP(%rax)
	movl $4, V_STATE(%rax) /* exceptions are upcalls */
	subq $8, %rsp /* aligned as for any function */
	call *%rdi
	addq $8, %rsp
	movl $STATE_ADDR, %eax
	movl $0, V_STATE(%rax)
	xorl %eax, %eax
	restore
	ret

bind_jump:
	movq %rdi, %rcx
	movq 0(%rsi), %rbx
	movq 8(%rsi), %rdi
	movq 24(%rsi), %rdx
	movq 32(%rsi), %r14
	movq 40(%rsi), %r12
	movq 16(%rsi), %rsi
	xorl %r15d, %r15d
	movl $STATE_ADDR, %r13d
	movl $SYS_IOCTL, %eax
	xorl %r8d, %r8d
	jmp *%rcx

bind_deafen:
	movq %rdi, %rsp
	movl $SYS_RT_SIGRETURN, %eax
	movabsq $STUB_SIGRETURN, %rcx
	jmp *%rcx

bind_send:
	save
	movl $STATE_ADDR, %r13d
	movq %rsp, V_ENTRY_SP(%r13)
	movl $RUN_USER << 16, V_STATE(%r13)
	movq %rdi, %rbx
	movq %rsi, %rdx
	movl $FD, %edi
	movl $CMD_SEND, %esi
	movl $SYS_IOCTL, %eax
	xorl %r8d, %r8d
	xorl %r12d, %r12d
	movabsq $STUB_SEND, %rcx
	call *%rcx
	movl $STATE_ADDR, %edi
	movl $0, V_STATE(%rdi)
	restore
	ret

/* rbx: the counter. Every register but those that a call uses keeps its value. */
user_calls:
	incq (%rbx)
	incq %r12
	movl $USER_CALL_RAX, %eax
user_at_call:
	syscall
	jmp user_calls
user_spins:
	incq (%rbx)
	jmp user_spins
/* Shows the result of its last call, and calls. */
user_direct:
	incq (%rbx)
	movq %rax, 8(%rbx)
	movl $USER_CALL_RAX, %eax
user_direct_call:
	syscall
	jmp user_direct
user_numbers:
	incq %r14
	movq %r14, %rax
	syscall
	jmp user_numbers
user_call_spins:
	syscall
1:	jmp 1b
user_shows:
	movq %xmm5, 8(%rbx)
	movl $USER_CALL_RAX, %eax
	syscall
	jmp user_shows

/* The same, after it has filled its own signal stack with r14. */
user_scribbles:
	movabsq $CELLS, %rdi
	movl $8192 / 8, %ecx
	movq %r14, %rax
1:	movq %rax, (%rdi)
	addq $8, %rdi
	decl %ecx
	jnz 1b
	jmp user_calls

/* Tells of a signal that was none, its context at r14. */
user_forges:
	movq %r14, %rdx
	leaq -8(%r14), %rsp
	movl $SYS_SCHED_YIELD, %eax
	xorl %r10d, %r10d
	movabsq $STUB_NOTIFY, %rcx
	jmp *%rcx

/* Wants the host to let it write the counter's page, and says that a page fault is why. */
user_offers:
	movq %rbx, %rdi
	movl $1, %esi
	movl $7, %edx
	movl $SYS_MPROTECT, %eax
	movabsq $STUB_OFFER, %rcx
	jmp *%rcx

/* Returns from one, with the context at r14. */
user_returns:
	movq %r14, %rsp
	movl $SYS_RT_SIGRETURN, %eax
	movabsq $STUB_SIGRETURN, %rcx
	jmp *%rcx

	.bss
	.balign 8
recover:
	.quad 0
	.section .note.GNU-stack, "", @progbits
