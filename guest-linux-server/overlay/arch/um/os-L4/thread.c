// SPDX-License-Identifier: GPL-2.0-only
/* Kernel threads: plain stacks, switched by setjmp/longjmp like in any UML. */
#include <linux/kernel.h>
#include <linux/sched/task.h>
#include <as-layout.h>
#include <kern_util.h>
#include <longjmp.h>
#include <os.h>
#include <skas.h>
#include "os_l4.h"

extern void arch_switch_to(struct task_struct *to);
extern void fork_handler(void);

/*
 * arch/um's fork_handler() without force_flush_all(): mapping every present page of the child
 * eagerly costs more than letting it fault in what it touches (mostly exec follows soon).
 */
void l4_fork_handler(void)
{
	schedule_tail(current->thread.prev_sched);
	arch_switch_to(current);
	current->thread.prev_sched = NULL;
	userspace(&current->thread.regs.regs, NULL);
}

void new_thread(void *stack, jmp_buf *buf, void (*handler)(void))
{
	if (handler == fork_handler)
		handler = l4_fork_handler;
	(*buf)[0].JB_IP = (unsigned long)handler;
	(*buf)[0].JB_SP = (unsigned long)stack + THREAD_SIZE - sizeof(void *);
}

void switch_threads(jmp_buf *me, jmp_buf *you)
{
	/* the idle task rings when it waits */
	if (you != &init_task.thread.switch_buf)
		l4_bells_ring();
	if (UML_SETJMP(me) == 0)
		UML_LONGJMP(you, 1);
}

int start_idle_thread(void *stack, jmp_buf *switch_buf)
{
	new_thread(stack, switch_buf, uml_finishsetup);
	longjmp(*switch_buf, 1);
	return 0;
}

void initial_thread_cb_skas(void (*proc)(void *), void *arg)
{
	proc(arg);
}

int os_getpid(void)
{
	return 1;
}

unsigned long get_thread_reg(int reg, jmp_buf *buf)
{
	switch (reg) {
	case HOST_IP:
		return buf[0]->__rip;
	case HOST_SP:
		return buf[0]->__rsp;
	case HOST_BP:
		return buf[0]->__rbp;
	}
	return 0;
}
