/* SPDX-License-Identifier: MIT */
/*
 * Thread objects. A new thread runs after l4_thread_control_commit() with a task,
 * l4_scheduler_run_thread() and l4_thread_ex_regs(), the last two in any order. Rights and errors
 * of each operation: l4/abi/thread.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys thread.h,
 * ARCH-amd64 thread.h.
 */
#ifndef L4_SYS_THREAD_H
#define L4_SYS_THREAD_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/* Begins a control request in the caller's message registers. */
static inline void l4_thread_control_start(void)
{
	l4_utcb_mr()->mr[0] = L4_THREAD_CONTROL_OP;
}

/* Sets the pager: a selector of the thread's own task, looked up at every fault. */
static inline void l4_thread_control_pager(l4_cap_idx_t pager)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] |= L4_THREAD_CONTROL_SET_PAGER;
	mr[1] = pager;
}

/* Sets the exception handler: a selector of the thread's own task. */
static inline void l4_thread_control_exc_handler(l4_cap_idx_t handler)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] |= L4_THREAD_CONTROL_SET_EXC_HANDLER;
	mr[2] = handler;
}

/* Binds the thread to a task (S right) for good; utcb: address in ku_mem of that task. */
static inline void l4_thread_control_bind(l4_utcb_t *thread_utcb, l4_cap_idx_t task)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] |= L4_THREAD_CONTROL_BIND_TASK;
	mr[5] = (l4_umword_t)thread_utcb;
	mr[6] = L4_ITEM_MAP;
	mr[7] = l4_obj_fpage(task, 0, L4_CAP_FPAGE_RWS).raw;
}

/* on: system calls and page faults of the thread go to its exception handler. */
static inline void l4_thread_control_alien(int on)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] |= L4_THREAD_CONTROL_ALIEN;
	mr[4] = on ? L4_THREAD_CONTROL_ALIEN : 0;
}

/* Sends the request (S right on the thread). Errors: -L4_EINVAL, -L4_EPERM. */
static inline l4_msgtag_t l4_thread_control_commit(l4_cap_idx_t thread)
{
	l4_utcb_t *u = l4_utcb();
	unsigned items = (l4_utcb_mr_u(u)->mr[0] & L4_THREAD_CONTROL_BIND_TASK) != 0;

	return l4_ipc_kcall(thread, l4_msgtag(L4_PROTO_THREAD, 6, items, 0), u);
}

/*
 * Sets and reads instruction and stack pointer (~0: keep) and starts a thread that never ran.
 * *flags: in L4_THREAD_EX_REGS_CANCEL (abort its IPC), _TRIGGER_EXCEPTION; out its rflags.
 */
static inline l4_msgtag_t l4_thread_ex_regs_ret(l4_cap_idx_t thread, l4_addr_t *ip, l4_addr_t *sp,
						l4_umword_t *flags)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	mr[0] = L4_THREAD_EX_REGS_OP | *flags;
	mr[1] = *ip;
	mr[2] = *sp;
	tag = l4_ipc_kcall(thread, l4_msgtag(L4_PROTO_THREAD, 3, 0, 0), u);
	*flags = mr[0];
	*ip = mr[1];
	*sp = mr[2];
	return tag;
}

/* l4_thread_ex_regs_ret() without the old values. */
static inline l4_msgtag_t l4_thread_ex_regs(l4_cap_idx_t thread, l4_addr_t ip, l4_addr_t sp,
					    l4_umword_t flags)
{
	return l4_thread_ex_regs_ret(thread, &ip, &sp, &flags);
}

/* Gives the rest of the time slice to a thread. */
static inline l4_msgtag_t l4_thread_switch(l4_cap_idx_t to_thread)
{
	l4_utcb_t *u = l4_utcb();

	l4_utcb_mr_u(u)->mr[0] = L4_THREAD_SWITCH_OP;
	return l4_ipc_kcall(to_thread, l4_msgtag(L4_PROTO_THREAD, 1, 0, 0), u);
}

/* Gives the rest of the time slice to whoever else is ready at the same priority. */
static inline l4_msgtag_t l4_thread_yield(void)
{
	return l4_ipc_receive(L4_INVALID_CAP, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0);
}

/* CPU time of a thread in microseconds. */
static inline l4_msgtag_t l4_thread_stats_time(l4_cap_idx_t thread, l4_kernel_clock_t *us)
{
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag;

	l4_utcb_mr_u(u)->mr[0] = L4_THREAD_STATS_OP;
	tag = l4_ipc_kcall(thread, l4_msgtag(L4_PROTO_THREAD, 1, 0, 0), u);
	*us = l4_utcb_mr_u(u)->mr[0];
	return tag;
}

/* Makes the thread a vCPU, for good; the state area lies in ku_mem of its task. */
static inline l4_msgtag_t l4_thread_vcpu_control(l4_cap_idx_t thread, l4_addr_t vcpu_state)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_THREAD_VCPU_CONTROL_OP;
	mr[1] = vcpu_state;
	return l4_ipc_kcall(thread, l4_msgtag(L4_PROTO_THREAD, 2, 0, 0), u);
}

/* Begins a vCPU resume; items for the user task may be added with l4_sndfpage_add(). */
static inline l4_msgtag_t l4_thread_vcpu_resume_start(void)
{
	l4_utcb_mr()->mr[0] = L4_THREAD_VCPU_RESUME_OP;
	return l4_msgtag(L4_PROTO_THREAD, 1, 0, 0);
}

/*
 * Continues at the registers in the vCPU state; thread: L4_INVALID_CAP. Returns only on error:
 * -L4_EINVAL (no vCPU), -L4_ENOENT (no user task), -L4_EPERM. By the instruction: the vector state
 * changes hands with the mode, and is at hand for the kernel then.
 */
static inline l4_msgtag_t l4_thread_vcpu_resume_commit(l4_cap_idx_t thread, l4_msgtag_t tag)
{
	l4_umword_t label;

	return l4_ipc_by(l4_entry_plain, thread, l4_utcb(), L4_SYSF_CALL, 0, tag, &label,
			 L4_IPC_NEVER);
}

/*
 * Sets the fs (L4_AMD64_SEGMENT_FS) or gs base of a thread. With another gs base l4_utcb() no
 * longer works in it. -L4_EINVAL when the address is not canonical.
 */
static inline l4_msgtag_t l4_thread_amd64_set_segment_base(l4_cap_idx_t thread, unsigned segment,
							   l4_umword_t base)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_THREAD_SET_SEGMENT_BASE_OP | (l4_umword_t)segment << 16;
	mr[1] = base;
	return l4_ipc_kcall(thread, l4_msgtag(L4_PROTO_THREAD, 2, 0, 0), u);
}

#endif
