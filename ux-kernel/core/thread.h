/* SPDX-License-Identifier: MIT */
/* Thread: registers, UTCB, scheduling and IPC state (L4Re manual, group "Thread"). */
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include "cap.h"
#include "ipc.h"
#include "irq_pin.h"
#include "segment.h"

#include <l4/abi/pf_trampoline.h>
#include <l4/abi/utcb.h>
#include <l4/abi/vcpu.h>

struct task;

struct vcpu {
	l4_vcpu_state_t *state; /* in the task's ku_mem; the guest writes it too */
	uint64_t user_addr;
	struct task *user_task; /* cached by resume; pinned */
	bool in_user;           /* the thread executes in user_task */
	bool masked;            /* a fault's message is under way: put L4_VCPU_F_IRQ back */
	bool resuming;          /* what arrives now goes to the state area only */
	bool fpu_apart;         /* user mode has a vector state of its own: l4/abi/ux.h */
	bool partial;           /* takes system calls of it without all registers: likewise */
	bool fpu_in_user;       /* the vector state is at present that of user mode */
};

struct pf_trampoline {
	l4_pf_trampoline_t *state; /* in the task's ku_mem; NULL: never set up */
	uint64_t user_addr;
	bool armed;
};

struct thread {
	struct kobj obj;
	struct task *task; /* pinned; NULL until bound */
	struct list task_link;
	l4_utcb_layout_t *utcb;
	uint64_t utcb_addr;
	/* Master copy while the kernel runs. Selectors are those of the ABI, not the host's. */
	l4_exc_regs_t regs;

	/* scheduling */
	struct list ready;
	uint8_t prio;
	uint64_t quantum;    /* us */
	uint64_t slice_left; /* us */
	uint64_t time;       /* consumed, us */
	bool on_cpu;         /* the scheduler has given it a CPU */
	bool alive;          /* ex_regs has given it an ip */
	bool essential;      /* sigma0's or the root task's first thread: the system ends with it */
	bool busy;           /* in a kernel entry of its own: no upcall may change its registers */

	/* communication */
	struct sender snd;
	struct ipc ipc;
	uint64_t pager, exc_handler; /* selectors in the thread's own task */
	bool alien, alien_pass;      /* alien_pass: the next system call executes */
	unsigned trap_pending;       /* enum trap_pending: before user code runs */
	uint64_t fault_save[5];      /* BDR, BR0, BR1, MR0, MR1 of a faulting thread */
	uint64_t fault_addr, fault_err;
	struct irq_pin delete_pin; /* raised when a gate that is bound to it is deleted */

	struct vcpu vcpu;
	struct pf_trampoline pf_tramp;
	uint64_t gdt[SEGMENT_USER_ENTRIES]; /* the thread's own descriptors */
	void *arch;                         /* owned by arch_thread_init/fini */
};

static inline struct thread *thread_of(struct kobj *o)
{
	return (struct thread *)o;
}

/* The task whose code it executes. */
static inline struct task *thread_where(const struct thread *t)
{
	return t->vcpu.in_user ? t->vcpu.user_task : t->task;
}

struct thread *thread_create(struct factory *quota);

/*
 * Binds a fresh thread to a task, its UTCB at @utcb in the task's ku_mem.
 * 0, -L4_EINVAL (bound already, bad address), -L4_ENOMEM.
 */
int thread_bind(struct thread *t, struct task *task, uint64_t utcb);
void thread_unbind(struct thread *t);

/* Sets ip/sp (~0: keep) and makes a thread that never ran ready. */
void thread_start(struct thread *t, uint64_t ip, uint64_t sp);

/* The thread protocol (label -12). */
uint64_t thread_protocol(struct thread *t, struct call *c);

/*
 * Last check before the thread runs user code: delivers what is pending to it (vCPU messages, a
 * triggered exception). false: it no longer can run.
 */
bool thread_prepare(struct thread *t);

#endif
