/* SPDX-License-Identifier: MIT */
/*
 * Part of stub.S: resume of a user thread that is bound to this process (bind.h). In place of a
 * vCPU resume call a program calls this, with the registers of that call and the state area's
 * address in rdi. It looks for the slot of the user task, puts the registers into the signal frame
 * of the sleeping user thread, lets it go, and sleeps until it has stopped again: two host calls.
 * A system call is then made an upcall, as the kernel would. Everything else is for the kernel.
 *
 * Nobody trusts this code: with the memory and the descriptors that it has a program can do
 * nothing but run its user thread with registers it likes. What matters is where it can be
 * interrupted. Up to SEND nothing has happened, and the kernel sends a thread that stops there to
 * SLOW. Behind it, up to RECV, the kernel takes over. After that the thread just goes on: its
 * interrupt flag is off. A user thread's stop is here from the end of RECV on, and noted in the
 * slot when `notif` is empty again.
 */
#define V_STATE 0x150
#define V_SAVED_STATE 0x152
#define V_STICKY 0x154
#define V_USER_TASK 0x158
#define V_ENTRY_SP 0x160
#define V_ENTRY_IP 0x168

/* l4_exc_regs_t in the state area. */
#define V(n) (0x40 + 8 * (n))
#define V_PFA V(11)
#define V_RCX V(14)
#define V_RAX V(15)
#define V_TRAPNO V(16)
#define V_ERR V(17)
#define V_IP V(18)
#define V_CS V(19)
#define V_FLAGS V(20)
#define V_SP V(21)
#define V_SS V(22)
#define V_FS_BASE V(23)
#define V_GS_BASE V(24)
#define V_SELECTORS V(25)

/* The host's struct rt_sigframe. */
#define F(n) (48 + 8 * (n)) /* r8..r15, di, si, bp, bx, dx, ax, cx, sp, ip, flags */
#define F_CX F(14)
#define F_SP F(15)
#define F_IP F(16)
#define F_FLAGS F(17)
#define F_CS 192
#define F_FPSTATE 232
#define F_SIGNO 312
#define F_CODE 320
#define F_SIZE 440

/* struct bind_slot of bind.h. */
#define S_VCPU 0
#define S_TASK 8
#define S_FD 16
#define S_CALL 20
#define S_CELL_THERE 24
#define S_CELL_HERE 32
#define S_FRAME 40
#define S_FS_BASE 48
#define S_GS_BASE 56
#define S_CONTEXT 64
#define S_SELECTORS 72
#define S_ID 80
#define S_NOTIF 104
#define S_NOTIF_NR (S_NOTIF + 16)
#define S_NOTIF_IP (S_NOTIF + 24)
#define S_NOTIF_ARG(n) (S_NOTIF + 32 + 8 * (n))
#define S_NOTIF_SIZE 80

#define F_USER 0xa7      /* all events, user mode, vector unit */
#define F_AFTER_USER 0x80 /* what of that stays after an upcall */
#define CS64 0x2b
#define CS64_SYSCALL 0xab
#define DS 0x23
#define HOST_CS64 0x33
#define TRAP_SYSCALL 253
#define SELECTOR_BITS 0xffe /* but for the flag of the kernel's cache */
#define TAG_ITEMS 0xfc0
#define FLAGS_NOT_IN_FRAME 0x204000
#define SIGSYS 31
#define SECCOMP_OR_DISPATCHED 2 /* 1 and 2 */
#define PARTIAL 0x10000 /* L4_UX_SYSCALL_PARTIAL */
#define RESTARTS -516 /* results that its kernel knows */
#define RESTARTS_END -511
#define TAG_BUSY (-16 << 16)

	/* Looks for the slot of a vCPU and a user task; goes on at 3 with it, here without. */
	.macro find_slot task, vcpu, slot, count
	movabsq $STUB_BIND_TABLE, \slot
	movl $STUB_BIND_SLOTS, \count
1:	cmpq \task, S_TASK(\slot)
	jne 2f
	cmpq \vcpu, S_VCPU(\slot)
	je 3f
2:	addq $STUB_BIND_SLOT_SIZE, \slot
	decl \count
	jnz 1b
	.endm
	.macro to_frame v, f
	movq V(\v)(%r13), %rax
	movq %rax, F(\f)(%rbp)
	.endm
	.macro from_frame v, f
	movq F(\f)(%rbp), %rax
	movq %rax, V(\v)(%r13)
	.endm
	/* A call of the slot's listener, rdx set, which returns to @after; zero: it succeeded. */
	.macro ask_listener cmd, after
	movl S_FD(%rbx), %edi
	movl $\cmd, %esi
	movl $__NR_ioctl, %eax
	.org stub_code + \after - 2, 0x90
	syscall
	testq %rax, %rax
	.endm
	/* The stop is that of the slot now: from the identifier on, whose absence says so. */
	.macro noted
	movq S_NOTIF(%rbx), %rax
	movq %rax, S_ID(%rbx)
	leaq S_NOTIF(%rbx), %rdi
	movl $S_NOTIF_SIZE / 8, %edx
	xorl %eax, %eax
5:	movq %rax, (%rdi)
	addq $8, %rdi
	decl %edx
	jnz 5b
	.endm
	.macro from_notification argument, v
	movq S_NOTIF_ARG(\argument)(%rbx), %rax
	movq %rax, V(\v)(%r13)
	.endm
	/* Numbers of a register in l4_exc_regs_t and in the frame. */
	.macro all_registers move
	\move 0, 7 /* r15 */
	\move 1, 6
	\move 2, 5
	\move 3, 4
	\move 4, 3
	\move 5, 2
	\move 6, 1
	\move 7, 0 /* r8 */
	\move 8, 8 /* rdi */
	\move 9, 9
	\move 10, 10
	\move 12, 11 /* rbx */
	\move 13, 12
	\move 15, 13 /* rax */
	\move 20, 17 /* flags */
	\move 21, 15 /* sp */
	.endm

	.org stub_code + STUB_RESUME_OFFSET
	movq %rax, %r12
	movq %rdi, %r13
	movq %rdx, %r14
	movq %rsi, %r15
	.org stub_code + STUB_RESUME_BEGUN_OFFSET
	movq V_USER_TASK(%r13), %rax
	testl $SELECTOR_BITS, %eax
	jnz 8f
	shrq $12, %rax
	find_slot task=%rax, vcpu=%r13, slot=%rbx, count=%ecx
	jmp 8f
3:	testl $TAG_ITEMS, %r12d
	jnz 8f
	cmpl $F_USER << 16, V_STATE(%r13) /* and state is 0 */
	jne 8f
	testb $1, V_STICKY(%r13)
	jnz 8f
	cmpq $CS64, V_CS(%r13)
	jne 8f
	cmpq $DS, V_SS(%r13)
	jne 8f
	movabsq $STUB_BIND_ANSWER, %rdx
	movq S_ID(%rbx), %rax
	movq %rax, (%rdx)
	cmpl $0, S_CALL(%rbx)
	jne 4f
	cmpq $PARTIAL, V_ERR(%r13)
	je 8f
	movq V_SELECTORS(%r13), %rax
	orq S_SELECTORS(%rbx), %rax
	jnz 8f
	movq V_FS_BASE(%r13), %rax
	cmpq %rax, S_FS_BASE(%rbx)
	jne 8f
	movq V_GS_BASE(%r13), %rax
	cmpq %rax, S_GS_BASE(%rbx)
	jne 8f
	movq S_FRAME(%rbx), %rbp
	testq %rbp, %rbp
	jz 8f
	movq V_FLAGS(%r13), %rax
	xorq F_FLAGS(%rbp), %rax
	testl $FLAGS_NOT_IN_FRAME, %eax
	jnz 8f
	all_registers to_frame
	to_frame 14, 14 /* rcx */
	to_frame 18, 16 /* ip */
	movq $0, 8(%rdx)
	jmp 5f
4:	cmpq $PARTIAL, V_ERR(%r13)
	jne 8f
	movq V_RAX(%r13), %rax
	leaq -RESTARTS(%rax), %rcx /* the host must not take it for a wish to repeat the call */
	cmpq $RESTARTS_END - RESTARTS, %rcx
	jb 8f
	movq %rax, 8(%rdx)
5:	andb $0xfe, V_USER_TASK(%r13) /* the kernel knows another one */
	ask_listener STUB_SEND_CMD, STUB_SEND_OFFSET
	jnz 8f
	leaq S_NOTIF(%rbx), %rdx
	ask_listener STUB_RECV_CMD, STUB_RECV_OFFSET
	jnz 7f
	movabsq $STUB_CODE + STUB_NOTIFY_OFFSET, %rax
	cmpq %rax, S_NOTIF_IP(%rbx)
	jne 10f
	movq S_NOTIF_ARG(2)(%rbx), %rdx
	testl $15, %edx
	jnz 7f
	leaq -8(%rdx), %rbp
	subq S_CELL_THERE(%rbx), %rbp
	cmpq $STUB_CELL_SIZE - F_SIZE, %rbp
	ja 7f
	addq S_CELL_HERE(%rbx), %rbp
	cmpl $SIGSYS, F_SIGNO(%rbp)
	jne 7f
	movl F_CODE(%rbp), %eax
	decl %eax
	cmpl $SECCOMP_OR_DISPATCHED, %eax
	jae 7f
	cmpw $HOST_CS64, F_CS(%rbp)
	jne 7f
	movq F_IP(%rbp), %rcx
	cmpq %rcx, F_CX(%rbp)
	jne 7f
	testq %rcx, %rcx /* where Linux emulates a call, seccomp stops it, too */
	js 7f
	cmpq $0, S_NOTIF_ARG(3)(%rbx)
	jne 7f
	movq %rbp, S_FRAME(%rbx)
	movq %rdx, S_CONTEXT(%rbx)
	movq S_NOTIF_ARG(4)(%rbx), %rax
	movq %rax, S_FS_BASE(%rbx)
	movq %rax, V_FS_BASE(%r13)
	movq S_NOTIF_ARG(5)(%rbx), %rax
	movq %rax, S_GS_BASE(%rbx)
	movq %rax, V_GS_BASE(%r13)
	movl $0, S_CALL(%rbx)
	noted
	all_registers from_frame
	movq F(0)(%rbp), %rax
	movq %rax, V_RCX(%r13) /* the frame's slot of rcx holds the timeouts */
	movq $0, V_ERR(%r13)
	movq F_IP(%rbp), %rcx
6:	subq $2, %rcx
	movq %rcx, V_IP(%r13)
	movq $CS64_SYSCALL, V_CS(%r13)
	movq $TRAP_SYSCALL, V_TRAPNO(%r13)
	movq $0, V_PFA(%r13)
	movl $F_USER << 16 | F_AFTER_USER, V_STATE(%r13)
	movq V_ENTRY_SP(%r13), %rsp
	movq %r13, %rdi
	jmp *V_ENTRY_IP(%r13)
	/* A system call without frame: what is known of it; the rest is for who asks the kernel. */
10:	movq S_NOTIF_IP(%rbx), %rcx
	movabsq $STUB_CODE, %rax
	movq %rcx, %rdx
	subq %rax, %rdx
	cmpq $0x1000, %rdx
	jb 7f
	movl S_NOTIF_NR(%rbx), %eax
	movq %rax, V_RAX(%r13)
	from_notification 0, 8 /* rdi */
	from_notification 1, 9
	from_notification 2, 13 /* rdx */
	from_notification 3, 5 /* r10 */
	from_notification 4, 7
	from_notification 5, 6 /* r9 */
	movq %rcx, S_CONTEXT(%rbx)
	movq $0, S_FRAME(%rbx)
	movl $1, S_CALL(%rbx)
	noted
	movq $PARTIAL, V_ERR(%r13)
	jmp 6b
7:	movq %r12, %rax
	movq %r14, %rdx
	movq %r15, %rsi
	.org stub_code + STUB_TAKE_OVER_OFFSET - 5, 0x90
	call entry
	.org stub_code + STUB_TAKE_OVER_OFFSET
	ud2
	.org stub_code + STUB_SLOW_OFFSET
8:	cmpq $PARTIAL, V_ERR(%r13)
	je 12f
	movq %r12, %rax
	movq %r13, %rdi
	movq %r14, %rdx
	movq %r15, %rsi
	jmp entry
12:	movq $TAG_BUSY, %rax
	ret
