/* SPDX-License-Identifier: MIT */
/* Interrupt lines of controllers, and IRQs and semaphores at their edges. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/platform_control.h>
#include <l4/sys/semaphore.h>

#define MAIN L4_BASE_THREAD_CAP
#define ICU L4_BASE_SCHEDULER_CAP /* one pin, which stays quiet */
#define IRQ SLOT(0)
#define SEM SLOT(1)
#define WEAK SLOT(2)
#define NOTHING IPC_ERROR(L4_IPC_RETIMEOUT)

static long icu(unsigned words, l4_umword_t op, l4_umword_t pin, l4_umword_t arg)
{
	return abi_call(ICU, L4_PROTO_IRQ, words, op, pin, arg);
}

static long bind(l4_umword_t pin, l4_cap_idx_t irq)
{
	return abi_call_cap(ICU, L4_PROTO_IRQ, 2, L4_ICU_OP_BIND, pin, irq);
}

static long wait_now(void)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400).result;
}

static void pins(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	abi_create(L4_PROTO_SEMAPHORE, SEM);
	abi_copy(IRQ, WEAK, L4_CAP_FPAGE_RO, 0);
	tap_is(icu(1, L4_ICU_OP_BIND, 0, 0), -L4_EMSGTOOSHORT, "bind of one word");
	tap_is(icu(2, L4_ICU_OP_BIND, 0, 0), -L4_EMSGTOOSHORT, "bind without an IRQ");
	tap_is(bind(0, MAIN), -L4_EINVAL, "bind what is no IRQ");
	tap_is(bind(0, WEAK), -L4_EPERM, "bind an IRQ without W");
	tap_is(bind(7, IRQ), -L4_EINVAL, "bind to a pin that is not there");
	tap_is(bind(0, IRQ), 0, "bind an IRQ");
	tap_is(bind(0, SEM), -L4_EINVAL, "bind to a pin that is taken");
	tap_is(bind(0, IRQ), 0, "bind the same IRQ again");
	tap_is(abi_call_cap(ICU, L4_PROTO_IRQ, 2, L4_ICU_OP_UNBIND, 0, MAIN), -L4_EINVAL,
	       "unbind what is no IRQ");
	tap_is(abi_call_cap(ICU, L4_PROTO_IRQ, 2, L4_ICU_OP_UNBIND, 7, IRQ), 0,
	       "unbind from a pin that is not there");
	tap_is(bind(0, SEM), -L4_EINVAL, "which changes nothing");
	tap_is(abi_call_cap(ICU, L4_PROTO_IRQ, 2, L4_ICU_OP_UNBIND, 0, SEM), 0,
	       "unbind names the pin: any IRQ will do");
	tap_is(bind(0, SEM), 0, "a semaphore is bound like an IRQ");
	abi_drop(SEM, L4_FP_DELETE_OBJ);
	tap_is(bind(0, IRQ), 0, "deleting it frees the pin");
	tap_is(bind(7, IRQ), -L4_EINVAL, "a failed bind");
	abi_create(L4_PROTO_SEMAPHORE, SEM);
	tap_is(bind(0, SEM), 0, "has taken the IRQ off its old pin");
	abi_drop(SEM, L4_FP_DELETE_OBJ);
}

static void modes(void)
{
	tap_is(icu(2, L4_ICU_OP_SET_MODE, 0, 0), -L4_EMSGTOOSHORT, "set mode of two words");
	tap_is(icu(3, L4_ICU_OP_SET_MODE, 7, 1), -L4_EINVAL, "set mode of a pin that is not there");
	tap_is(icu(3, L4_ICU_OP_SET_MODE, 0, 1), 0, "set mode: edge");
	tap_is(icu(3, L4_ICU_OP_SET_MODE, 0, 3), 0, "set mode: level");
	tap_is(icu(2, L4_ICU_OP_MSI_INFO, 0, 0), -L4_EMSGTOOSHORT, "message info of two words");
	tap_is(icu(3, L4_ICU_OP_MSI_INFO, 0, 0), -L4_ENOSYS, "message info without messages");
	tap_is(icu(1, 9, 0, 0), -L4_ENOSYS, "unknown operation");
	MR(0) = L4_ICU_OP_UNMASK;
	MR(1) = 0;
	tap_is(abi_invoke(ICU | L4_SYSF_CALL, TAG(L4_PROTO_IRQ, 2, 0), 0, 0x0400).result, NOTHING,
	       "unmask has no answer");
	MR(0) = L4_ICU_OP_MASK;
	MR(1) = 7;
	tap_is(abi_invoke(ICU | L4_SYSF_CALL, TAG(L4_PROTO_IRQ, 2, 0), 0, 0x0400).result, NOTHING,
	       "nor has mask, wherever the pin");
}

/* Never receives from anybody else. */
static void sleeper(void)
{
	actor_stop();
}

static void irqs(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	tap_is(abi_call(IRQ, L4_PROTO_KOBJECT, 0, 0, 0, 0), -L4_EINVAL, "no operation");
	tap_is(abi_call(IRQ, L4_PROTO_IRQ_SENDER, 1, 7, 0, 0), -L4_ENOSYS, "unknown operation");
	tap_is(abi_call(IRQ, L4_PROTO_IRQ_SENDER, 1, 2, 0, 0), -L4_ENOSYS,
	       "binding to a vCPU is not offered");
	tap_is(abi_call(IRQ, L4_PROTO_IRQ, 1, 9, 0, 0), -L4_ENOSYS, "unknown trigger operation");
	abi_copy(IRQ, WEAK, L4_CAP_FPAGE_RW, 0);
	tap_is(abi_call(WEAK, L4_PROTO_IRQ_SENDER, 1, L4_IRQ_OP_DETACH, 0, 0), -L4_EPERM,
	       "detach needs S");
	tap_is(abi_call_cap(WEAK, L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0, SLOT(9)), -L4_EPERM,
	       "bind needs S");
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x111);
	l4_irq_trigger(WEAK);
	tap_is(l4_error(l4_rcv_ep_bind_thread(IRQ, MAIN, 0x222)), 0, "bind again while queued");
	tap_is((long)abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400).label, 0x222,
	       "the message has the new label");
	l4_irq_trigger(IRQ);
	tap_is(l4_error(l4_irq_detach(IRQ)), 1, "detach while pending");
	tap_is(wait_now(), NOTHING, "the message is withdrawn");
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x333);
	tap_is((long)abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400).label, 0x333,
	       "and comes when bound again");
	actor_start(0, sleeper);
	l4_irq_trigger(IRQ);
	tap_is(l4_error(l4_rcv_ep_bind_thread(IRQ, ACTOR(0), 0x444)), 0, "bind to another thread");
	tap_is(wait_now(), NOTHING, "takes a queued message along");
	actor_end(0);
	tap_settle();
	tap_is(l4_error(l4_irq_detach(IRQ)), -L4_ENOENT, "that thread's death unbinds the IRQ");
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x555);
	tap_is((long)abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400).label, 0x555,
	       "and the message is still there");
}

static void semaphores(void)
{
	l4_timeout_t now = { 0x0400 };

	abi_create(L4_PROTO_SEMAPHORE, SEM);
	tap_is(abi_call(SEM, L4_PROTO_SEMAPHORE, 0, 0, 0, 0), -L4_EINVAL, "no operation");
	tap_is(abi_call(SEM, L4_PROTO_KOBJECT, 1, L4_RCV_EP_BIND_OP, 0, 0), -L4_EBADPROTO,
	       "a semaphore is bound to no thread");
	MR(0) = L4_IRQ_OP_EOI;
	tap_is(abi_invoke(SEM | L4_SYSF_CALL, TAG(L4_PROTO_IRQ, 1, 0), 0, 0x0400).result, NOTHING,
	       "end of interrupt has no answer");
	tap_is(l4_error(l4_semaphore_down(SEM, now)), NOTHING, "and does not count");
	l4_semaphore_up(SEM);
	MR(0) = L4_SEMAPHORE_OP_DOWN;
	tap_is(abi_invoke(SEM | L4_SYSF_SEND, TAG(L4_PROTO_SEMAPHORE, 1, 0), 0, 0x0400).tag.raw,
	       (long)TAG(L4_PROTO_SEMAPHORE, 1, 0), "down without a receive phase leaves the tag");
	tap_is(l4_error(l4_semaphore_down(SEM, now)), NOTHING, "but takes");
}

static void platform(void)
{
	tap_is(abi_call(L4_BASE_ICU_CAP, L4_PROTO_PLATFORM_CTL, 1, L4_PLATFORM_CTL_SYS_SHUTDOWN_OP,
			0, 0),
	       -L4_EINVAL, "shutdown of one word");
	tap_is(abi_call(L4_BASE_ICU_CAP, L4_PROTO_PLATFORM_CTL, 2, L4_PLATFORM_CTL_SYS_SHUTDOWN_OP,
			2, 0),
	       -L4_ENOSYS, "shutdown of an unknown kind");
	tap_is(abi_call(L4_BASE_ICU_CAP, L4_PROTO_PLATFORM_CTL, 3,
			L4_PLATFORM_CTL_CPU_ALLOW_SHUTDOWN_OP, 0, 1),
	       0, "allowing the shutdown of a CPU is ignored");
	tap_is(abi_call(L4_BASE_ICU_CAP, L4_PROTO_PLATFORM_CTL, 1, 0x99, 0, 0), -L4_ENOSYS,
	       "unknown operation");
	tap_is(abi_call(L4_BASE_ICU_CAP, L4_PROTO_PLATFORM_CTL, 0, 0, 0, 0), -L4_EMSGTOOSHORT,
	       "no operation");
}

static const struct tap_group groups[] = {
	{ "pins", pins },         { "modes", modes },
	{ "irqs", irqs },         { "semaphores", semaphores },
	{ "platform", platform },
};

TAP_MAIN("abi-pins")
