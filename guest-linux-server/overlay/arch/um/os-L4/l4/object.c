// SPDX-License-Identifier: GPL-2.0-only
/* Calls to kernel objects during set-up: create, start and connect. */
#include "l4c.h"

#define CREATE_SLOT(slot) (SEL(slot) | L4_ITEM_MAP | L4_RCV_ITEM_SINGLE_CAP)
#define VARG_FPAGE (8UL << 16 | L4_VARG_TYPE_FPAGE)

long l4c_call(unsigned long sel, unsigned long tag)
{
	unsigned long ret = l4c_invoke(sel | L4_SYSF_CALL, tag, 0, NULL);

	if (ret & L4_MSGTAG_ERROR)
		return -(L4_EIPC_LO + (long)(l4c_utcb()->error & L4_IPC_ERROR_MASK));
	return l4c_label(ret);
}

static void put_cap(l4_utcb_layout_t *u, int word, unsigned long slot)
{
	u->mr[word] = L4_ITEM_MAP;
	u->mr[word + 1] = l4c_cap_fpage(slot, L4_CAP_FPAGE_RWS);
}

/* A task gets no UTCB area: nobody in it makes system calls. */
long l4c_create(long type, unsigned long slot)
{
	l4_utcb_layout_t *u = l4c_utcb();
	int words = 1;

	u->bdr = 0;
	u->br[0] = CREATE_SLOT(slot);
	u->br[1] = 0;
	u->mr[0] = type;
	if (type == L4_PROTO_TASK) {
		u->mr[1] = VARG_FPAGE;
		u->mr[2] = 0;
		words = 3;
	}
	return l4c_call(L4_BASE_FACTORY_CAP, l4c_tag(L4_PROTO_FACTORY, words, 0));
}

/* Set pager and exception handler; utcb != 0: also bind the thread to our task. */
long l4c_thread_control(unsigned long slot, unsigned long pager, unsigned long utcb)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_THREAD_CONTROL_OP | L4_THREAD_CONTROL_SET_PAGER |
		   L4_THREAD_CONTROL_SET_EXC_HANDLER | (utcb ? L4_THREAD_CONTROL_BIND_TASK : 0);
	u->mr[1] = pager;
	u->mr[2] = pager;
	u->mr[3] = 0;
	u->mr[4] = 0;
	u->mr[5] = utcb;
	if (utcb)
		put_cap(u, 6, L4_BASE_TASK_CAP >> L4_CAP_SHIFT);
	return l4c_call(SEL(slot), l4c_tag(L4_PROTO_THREAD, 6, utcb ? 1 : 0));
}

long l4c_thread_start(unsigned long slot, void (*ip)(void), void *sp, unsigned int prio)
{
	l4_utcb_layout_t *u = l4c_utcb();
	long err;

	u->mr[0] = L4_SCHEDULER_RUN_THREAD_OP;
	u->mr[1] = 0; /* processors: granularity 1, from number 0 ... */
	u->mr[2] = 1; /* ... the first */
	u->mr[3] = prio;
	u->mr[4] = 0; /* default time slice */
	put_cap(u, 5, slot);
	err = l4c_call(L4_BASE_SCHEDULER_CAP, l4c_tag(L4_PROTO_SCHEDULER, 5, 1));
	if (err < 0)
		return err;
	u->mr[0] = L4_THREAD_EX_REGS_OP;
	u->mr[1] = (unsigned long)ip;
	u->mr[2] = (unsigned long)sp;
	return l4c_call(SEL(slot), l4c_tag(L4_PROTO_THREAD, 3, 0));
}

/* Its interrupts come to the vCPU thread, with this label. */
long l4c_irq_bind(unsigned long slot, unsigned long label)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_RCV_EP_BIND_OP;
	u->mr[1] = label;
	put_cap(u, 2, L4_BASE_THREAD_CAP >> L4_CAP_SHIFT);
	return l4c_call(SEL(slot), l4c_tag(L4_PROTO_KOBJECT, 2, 1));
}
