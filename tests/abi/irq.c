/* SPDX-License-Identifier: MIT */
/* IRQ objects, semaphores and interrupt controllers. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/vcon.h>

#define MAIN L4_BASE_THREAD_CAP
#define IRQ SLOT(0)
#define SEM SLOT(1)
#define NOTHING IPC_ERROR(L4_IPC_RETIMEOUT)

static struct answer wait_now(void)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400);
}

static long receive_now(l4_cap_idx_t from)
{
	return abi_invoke(from | L4_SYSF_RECV, 0, 0, 0x0400).result;
}

static void binding(void)
{
	struct answer a;

	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	tap_is(l4_error(l4_irq_detach(IRQ)), -L4_ENOENT, "detach what is not bound");
	tap_is(l4_error(l4_rcv_ep_bind_thread(IRQ, MAIN, 0x1237)), 0, "bind");
	tap_is(l4_error(l4_irq_detach(IRQ)), 0, "detach with nothing pending");
	tap_is(l4_error(l4_irq_detach(IRQ)), -L4_ENOENT, "detach again");
	tap_is(abi_call_cap(IRQ, L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0, L4_BASE_FACTORY_CAP),
	       -L4_EINVAL, "bind to a factory");
	tap_is(abi_call(IRQ, L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0, 0), -L4_EINVAL,
	       "bind without a thread");
	tap_is(abi_call(IRQ, 77, 1, 0, 0, 0), -L4_EBADPROTO, "wrong protocol for an IRQ");
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x1237);
	tap_is(wait_now().result, NOTHING, "nothing comes before the trigger");
	tap_is(l4_irq_trigger(IRQ).raw, (long)TAG(L4_PROTO_IRQ, 0, 0), "trigger leaves the tag");
	MR(0) = 42;
	a = wait_now();
	tap_is(a.tag.raw, 0, "an IRQ's tag is 0");
	tap_is((long)a.label, 0x1237, "an IRQ's label, all bits");
	tap_is((long)MR(0), 42, "an IRQ has no words");
	l4_irq_trigger(IRQ);
	l4_irq_trigger(IRQ);
	l4_irq_trigger(IRQ);
	tap_is(wait_now().tag.raw, 0, "the first of three triggers");
	tap_is(wait_now().result, NOTHING, "three triggers are one message");
	l4_irq_trigger(IRQ);
	tap_is(receive_now(IRQ), 0, "closed receive from an IRQ");
	tap_is(receive_now(IRQ), NOTHING, "closed receive from a quiet IRQ");
	l4_irq_trigger(IRQ);
	tap_is(l4_error(l4_irq_detach(IRQ)), 1, "detach with one pending");
	l4_rcv_ep_bind_thread(IRQ, MAIN, 8);
	receive_now(IRQ);
	l4_irq_detach(IRQ);
	tap_is(wait_now().result, NOTHING, "after that nothing is left");
	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	tap_is(l4_irq_trigger(IRQ).raw, (long)TAG(L4_PROTO_IRQ, 0, 0), "trigger while unbound");
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x40);
	a = wait_now();
	tap_is(a.tag.raw, 0, "is delivered once bound");
	tap_is((long)a.label, 0x40, "with the label of the binding");
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x80);
	l4_irq_trigger(IRQ);
	tap_is((long)wait_now().label, 0x80, "binding again changes the label");
	MR(0) = L4_IRQ_OP_TRIGGER;
	abi_invoke(IRQ | L4_SYSF_SEND, TAG(L4_PROTO_IRQ, 1, 0), 0, 0);
	tap_is((long)wait_now().label, 0x80, "trigger by operation 2");
	a = abi_invoke(IRQ | L4_SYSF_SEND_AND_WAIT, TAG(L4_PROTO_IRQ, 0, 0), 0, 0x0400);
	tap_is((long)a.label, 0x80, "trigger and wait in one call");
	tap_is(wait_now().result, NOTHING, "which was one message");
	l4_irq_trigger(IRQ);
	tap_is(l4_irq_receive(IRQ, (l4_timeout_t){ 0x0400 }).raw, 0, "unmask and receive");
	tap_is(l4_error(l4_irq_receive(IRQ, (l4_timeout_t){ 0x0400 })), NOTHING,
	       "unmask and receive with nothing there");
}

static struct answer got;
static volatile int woken;

static void downer(void)
{
	MR(0) = L4_SEMAPHORE_OP_DOWN;
	got = abi_invoke(SEM | L4_SYSF_CALL, TAG(L4_PROTO_SEMAPHORE, 1, 0), 0, 0);
	woken = 1;
	actor_stop();
}

static void semaphores(void)
{
	l4_timeout_t now = { 0x0400 };

	abi_create(L4_PROTO_SEMAPHORE, SEM);
	tap_is(l4_error(l4_semaphore_down(SEM, now)), NOTHING, "down of a new semaphore");
	tap_is(l4_error(l4_semaphore_down(SEM, (l4_timeout_t){ TIMEOUT_1MS & 0xffff })), NOTHING,
	       "down with 1 ms");
	l4_semaphore_up(SEM);
	l4_semaphore_up(SEM);
	tap_is(l4_error(l4_semaphore_down(SEM, now)), 0, "down after two ups");
	tap_is(l4_error(l4_semaphore_down(SEM, now)), 0, "down again");
	tap_is(l4_error(l4_semaphore_down(SEM, now)), NOTHING, "and no third time");
	tap_is(abi_call(SEM, L4_PROTO_SEMAPHORE, 1, 9, 0, 0), -L4_ENOSYS, "unknown operation");
	abi_copy(SEM, SLOT(2), L4_CAP_FPAGE_RW, 0);
	tap_is(l4_error(l4_semaphore_down(SLOT(2), now)), -L4_EPERM, "down without S");
	l4_semaphore_up(SLOT(2));
	tap_is(l4_error(l4_semaphore_down(SEM, now)), 0, "up without S");
	actor_start(0, downer);
	tap_is(woken, 0, "down blocks");
	l4_semaphore_up(SEM);
	tap_is(woken, 1, "up wakes the waiter");
	tap_is(got.result, 0, "whose down succeeds");
	tap_is(l4_error(l4_semaphore_down(SEM, now)), NOTHING, "which has used the up");
	actor_end(0);
	woken = 0;
	actor_start(0, downer);
	abi_drop(SEM, L4_FP_DELETE_OBJ);
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_1MS & 0xffff });
	tap_is(got.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "deleting wakes the waiter");
	actor_end(0);
}

#define MSI 0x80000000U
#define MSI_VECTOR 0xff

/* Address and data of a message, or an error. */
static long msi_info(unsigned number)
{
	return abi_call(L4_BASE_ICU_CAP, L4_PROTO_IRQ, 3, L4_ICU_OP_MSI_INFO, number, 0);
}

static void messages(void)
{
	l4_icu_info_t info;

	l4_icu_info(L4_BASE_ICU_CAP, &info);
	tap_is((long)info.features, L4_ICU_FLAG_MSI, "controller: has messages");
	tap_ok(info.nr_irqs >= 16, "controller: at least 16 lines");
	tap_is((long)info.nr_msis, 200, "controller: 200 messages");
	tap_is(msi_info(0), -L4_ERANGE, "a line has no message");
	tap_is(msi_info(MSI | 200), -L4_ERANGE, "no message 200");
	tap_is(msi_info(MSI), 0, "information on a message");
	tap_is((long)MR(0), 0xfee00000, "message: address");
	tap_is((long)(uint32_t)MR(1), 0x4000, "message: no vector yet");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, MSI | 200, SLOT(3))), -L4_EINVAL,
	       "bind to a message that does not exist");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, MSI | 5, SLOT(3))), 0, "bind to a message");
	msi_info(MSI | 5);
	tap_is((long)(uint32_t)MR(1) & ~MSI_VECTOR, 0x4000, "bound message: data");
	tap_ok((MR(1) & MSI_VECTOR) >= 0x20, "bound message: a vector");
	tap_is(l4_error(l4_icu_set_mode(L4_BASE_ICU_CAP, MSI | 5, 1)), 0, "message: any mode");
	tap_is(l4_error(l4_icu_unbind(L4_BASE_ICU_CAP, MSI | 5, SLOT(3))), 0, "unbind it");
	msi_info(MSI | 5);
	tap_is((long)(uint32_t)MR(1), 0x4000, "the vector is gone");
}

static void lines(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(4));
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 4, SLOT(3))), -L4_EINVAL,
	       "line 4 is the kernel's: its console");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 5, SLOT(3))), 0, "bind to line 5");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 5, SLOT(3))), 0, "bind again");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 5, SLOT(4))), -L4_EINVAL, "line 5 is taken");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 6, SLOT(4))), 0, "bind another to line 6");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 5, SLOT(4))), -L4_EINVAL, "still taken");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 6, SLOT(3))), 0,
	       "the refused one has left line 6");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 5, SLOT(4))), 0, "and the other one line 5");
	tap_is(l4_error(l4_icu_unbind(L4_BASE_ICU_CAP, 5, SLOT(3))), 0,
	       "unbind takes off whatever is bound");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 5, SLOT(3))), 0, "and the line is free");
	tap_is(l4_error(l4_icu_unbind(L4_BASE_ICU_CAP, 99, SLOT(3))), 0, "unbind of no line");
	tap_is(l4_error(l4_icu_unbind(L4_BASE_ICU_CAP, 5, 0)), -L4_EINVAL, "unbind of no IRQ");
	tap_is(l4_error(l4_icu_set_mode(L4_BASE_ICU_CAP, 99, 1)), -L4_EINVAL, "mode of no line");
}

static void controllers(void)
{
	l4_icu_info_t info;
	l4_vcon_attr_t attr;

	abi_create(L4_PROTO_IRQ_SENDER, SLOT(3));
	tap_is(l4_icu_info(L4_BASE_ICU_CAP, &info).raw, 3, "controller: info has 3 words");
	tap_is(l4_icu_info(L4_BASE_LOG_CAP, &info).raw, 3, "log: info has 3 words");
	tap_is((long)info.features, 0, "log: no features");
	tap_is((long)info.nr_irqs, 1, "log: one pin");
	tap_is((long)info.nr_msis, 0, "log: no messages");
	tap_is(l4_icu_info(L4_BASE_SCHEDULER_CAP, &info).raw, 3, "scheduler: info has 3 words");
	tap_is((long)info.features, 0, "scheduler: no features");
	tap_is((long)info.nr_irqs, 1, "scheduler: one pin");
	tap_is((long)info.nr_msis, 0, "scheduler: no messages");
	tap_is(l4_error(l4_icu_bind(L4_BASE_ICU_CAP, 5000, SLOT(3))), -L4_EINVAL,
	       "bind to a pin that does not exist");
	tap_is(l4_error(l4_icu_bind(L4_BASE_SCHEDULER_CAP, 0, SLOT(3))), 0, "bind the scheduler's");
	tap_is(l4_error(l4_icu_bind(L4_BASE_LOG_CAP, 0, SLOT(3))), 0, "bind it to the log's");
	tap_is(l4_error(l4_icu_bind(L4_BASE_LOG_CAP, 1, SLOT(3))), -L4_EINVAL, "log: no pin 1");
	messages();
	lines();
	tap_is(l4_error(l4_vcon_get_attr(L4_BASE_LOG_CAP, &attr)), 0, "log: attributes");
	tap_is((long)attr.i_flags, 0400, "log: input flags");
	tap_is((long)attr.o_flags, 04, "log: output flags");
	tap_is((long)attr.l_flags, 010, "log: local flags");
}

static const struct tap_group groups[] = {
	{ "binding", binding },
	{ "semaphores", semaphores },
	{ "controllers", controllers },
};

TAP_MAIN("abi-irq")
