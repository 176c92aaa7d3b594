/* SPDX-License-Identifier: MIT */
/*
 * Operations of threads, label L4_PROTO_THREAD; any other label is a message to the thread.
 * Another operation is -L4_ENOSYS.
 * L4_INVALID_CAP is the calling thread, with all rights.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys thread.h, ARCH-amd64 thread.h.
 */
#ifndef L4_ABI_THREAD_H
#define L4_ABI_THREAD_H

enum l4_thread_op {
	/*
	 * Sets pager, exception handler, task and alien mode, those that the flags name.
	 * In: MR0 L4_THREAD_CONTROL_*, MR1 pager, MR2 handler (selectors of the thread's own
	 * task, looked up at each fault), MR4 mode bits, MR5 UTCB address, six words; item:
	 * task to bind to.
	 * Out: MR1, MR2 what pager and handler were; ~0xfff: none.
	 * Right: S; S on the task.
	 * Errors: -L4_EPERM, -L4_EINVAL: short, bound already, no such UTCB.
	 */
	L4_THREAD_CONTROL_OP = 0,
	/*
	 * Reads and sets instruction and stack pointer, starts a thread that never ran.
	 * In: MR0 L4_THREAD_EX_REGS_*, MR1 ip, MR2 sp, ~0 keeps the old one; three words.
	 * Out: MR0 rflags, MR1 ip, MR2 sp as they were.
	 * Right: none.
	 * Errors: -L4_EINVAL. While the thread waits for its exception handler
	 * nothing is changed without the cancel flag, which is no error.
	 */
	L4_THREAD_EX_REGS_OP = 1,
	/*
	 * Gives the CPU away to the thread, on the caller's time slice, if it is able to run.
	 * Right: none.
	 */
	L4_THREAD_SWITCH_OP = 2,
	/*
	 * CPU time the thread has used.
	 * Out: MR0 microseconds.
	 * Right: none.
	 */
	L4_THREAD_STATS_OP = 3,
	/*
	 * Loads the registers from the vCPU state; does not return.
	 * In: on the calling thread itself; items: memory for the user task.
	 * Right: none; S on the user task.
	 * Errors: -L4_EINVAL: no vCPU, -L4_ENOENT: no user task, -L4_EPERM.
	 */
	L4_THREAD_VCPU_RESUME_OP = 4,
	/*
	 * Names an IRQ object that is triggered when a gate that is bound to the thread is deleted.
	 * In: item: IRQ object.
	 * Right: none; W on the IRQ object.
	 * Errors: -L4_EPERM, -L4_EINVAL, -L4_EBUSY: it has one.
	 */
	L4_THREAD_REGISTER_DELETE_IRQ_OP = 5,
	/*
	 * Rewrites the labels of senders that are queued for the thread.
	 * In: MR1.. groups of four words: mask, match, bits to delete, bits to add. The first
	 * group with (label & mask) == match counts; an incomplete one is ignored.
	 * Right: none.
	 */
	L4_THREAD_MODIFY_SENDER_OP = 6,
	/*
	 * Makes the thread a vCPU, for good.
	 * In: MR1 address of the state area, in ku_mem of the thread's task, 8-byte aligned;
	 * MR0 L4_THREAD_VCPU_EXTENDED.
	 * Right: none.
	 * Errors: -L4_EINVAL; -L4_ENOSYS: extended needs hardware virtualisation.
	 */
	L4_THREAD_VCPU_CONTROL_OP = 7,
	/*
	 * Page-fault trampoline, L4_THREAD_PF_TRAMP_*: see l4/abi/pf_trampoline.h.
	 * In: setup: MR1 address of an l4_pf_trampoline_t in ku_mem of the thread's task; arms it.
	 * resume and reflect, on the calling thread itself: go back, and arm it again.
	 * Out: disable: MR0 whether it was armed.
	 * Right: none.
	 * Errors: -L4_EINVAL: no such memory, none set up, or armed already; -L4_EPERM: not
	 * the calling thread; -L4_EMSGTOOSHORT, -L4_EMSGTOOLONG.
	 */
	L4_THREAD_PF_TRAMP_OP = 9,
	/*
	 * Sets descriptors of the thread, four that it has for itself.
	 * In: MR1 number of the first, MR2.. descriptors as the processor knows them; a message
	 * of one word asks.
	 * Out: label: selector of the first; when asked MR0, index of descriptor 0.
	 * Right: none.
	 * Errors: -L4_EINVAL: not of the user's level, or a system descriptor.
	 */
	L4_THREAD_X86_GDT_OP = 0x10,
	/*
	 * Sets the base of fs or gs. With another gs base l4_utcb() no longer works.
	 * In: MR0 bits 16..: L4_AMD64_SEGMENT_FS or _GS, MR1 base address.
	 * Right: none.
	 * Errors: -L4_EINVAL: not canonical, -L4_EMSGTOOSHORT.
	 */
	L4_THREAD_SET_SEGMENT_BASE_OP = 0x12,
	/*
	 * Segment selectors of user programs.
	 * Out: MR0 data, MR1 64-bit code, MR2 32-bit code.
	 * Right: none.
	 */
	L4_THREAD_SEGMENT_INFO_OP = 0x13,
	L4_THREAD_OPCODE_MASK = 0xffff, /* the bits of MR0 that are the operation */
};

#define L4_THREAD_CONTROL_SET_PAGER 0x0010000UL       /* MR1 counts */
#define L4_THREAD_CONTROL_BIND_TASK 0x0200000UL       /* item and MR5 count */
#define L4_THREAD_CONTROL_ALIEN 0x0400000UL           /* the same bit of MR4: on or off */
#define L4_THREAD_CONTROL_SET_EXC_HANDLER 0x1000000UL /* MR2 counts */

#define L4_THREAD_EX_REGS_CANCEL 0x10000UL            /* abort the IPC it is in */
#define L4_THREAD_EX_REGS_TRIGGER_EXCEPTION 0x20000UL /* raise L4_TRAP_EX_REGS first */

#define L4_THREAD_VCPU_EXTENDED 0x10000UL /* a vCPU for hardware virtualisation */

#define L4_THREAD_PF_TRAMP_SETUP 0x00000UL   /* name the state and arm it */
#define L4_THREAD_PF_TRAMP_RESUME 0x10000UL  /* go on where the fault was */
#define L4_THREAD_PF_TRAMP_REFLECT 0x20000UL /* raise the page fault as an exception */
#define L4_THREAD_PF_TRAMP_DISABLE 0x30000UL /* faults go to the pager */
#define L4_THREAD_PF_TRAMP_ENABLE 0x40000UL  /* arm it again */

#define L4_AMD64_SEGMENT_FS 0 /* thread-local storage of C libraries */
#define L4_AMD64_SEGMENT_GS 1 /* points into the UTCB, see utcb.h */

#endif
