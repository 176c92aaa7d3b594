// SPDX-License-Identifier: MIT
/* The rendezvous: who gets what, and how every kind of waiting ends. */
#include "fake_system.h"

#include "core/gate.h"
#include "core/irq.h"
#include "core/semaphore.h"
#include "core/sched.h"
#include "core/timer.h"

#include <l4/abi/ops.h>

#define SELF L4_INVALID_CAP
#define SLOT(n) ((uint64_t)(n) << L4_CAP_SHIFT)

static struct factory *f;
static struct task *task;
static struct thread *x, *y; /* slots 3 and 4 */

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	task = fake_task(f);
	x = fake_thread(f, task, 0, 3);
	y = fake_thread(f, task, 1, 4);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_end(task);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	assert_int_equal(timer_next(), UINT64_MAX);
	assert_null(sched_pick());
	return 0;
}

static void call_and_reply(void **state)
{
	(void)state;
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
	x->utcb->mr[0] = 42;
	x->regs.rsi = 7;
	fake_syscall(x, SLOT(4) | L4_SYSF_CALL, call_tag(5, 1, 0), 0);
	assert_int_equal(x->ipc.state, IPC_RECEIVING);
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_int_equal(y->regs.rax, call_tag(5, 1, 0));
	assert_int_equal(y->regs.rsi, 7);
	assert_int_equal(y->utcb->mr[0], 42);
	y->utcb->mr[0] = 43;
	fake_syscall(y, SELF | L4_SYSF_REPLY_AND_WAIT, call_tag(-6, 1, 0), TIMEOUT_ZERO_SEND);
	assert_int_equal(x->ipc.state, IPC_IDLE);
	assert_int_equal((long)x->regs.rax >> 16, -6);
	assert_int_equal(x->utcb->mr[0], 43);
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
}

static void reply_slot_is_used_up(void **state)
{
	(void)state;
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	fake_syscall(x, SLOT(4) | L4_SYSF_CALL, 0, 0);
	assert_int_equal(fake_syscall(y, SELF | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0), 0);
	assert_int_equal(fake_syscall(y, SELF | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0),
			 L4_MSGTAG_ERROR);
	assert_int_equal(y->utcb->error, L4_IPC_ENOT_EXISTENT);
}

static void reply_slot_survives_nested_calls(void **state)
{
	struct thread *z = fake_thread(f, task, 2, 5);

	(void)state;
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	fake_syscall(x, SLOT(4) | L4_SYSF_CALL, 0, 0);
	/* y calls z before it answers x. */
	fake_syscall(z, SELF | L4_SYSF_WAIT, 0, 0);
	fake_syscall(y, SLOT(5) | L4_SYSF_CALL, 0, 0);
	fake_syscall(z, SELF | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0);
	assert_int_equal(y->ipc.state, IPC_IDLE);
	fake_syscall(y, SELF | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0);
	assert_int_equal(x->ipc.state, IPC_IDLE);
	assert_int_equal(x->regs.rax & L4_MSGTAG_ERROR, 0);
}

static void timeouts(void **state)
{
	(void)state;
	fake_syscall(x, SLOT(4) | L4_SYSF_SEND, 0, TIMEOUT_ZERO_SEND);
	assert_int_equal(x->utcb->error, L4_IPC_SETIMEOUT);
	fake_syscall(x, SELF | L4_SYSF_WAIT, 0, TIMEOUT_ZERO_RECV);
	assert_int_equal(x->utcb->error, L4_IPC_RETIMEOUT);
	fake_syscall(x, SELF | L4_SYSF_RECV, 0, 0x3e8); /* 1 ms */
	assert_int_equal(x->ipc.state, IPC_RECEIVING);
	timer_expire(fake.now + 999);
	assert_int_equal(x->ipc.state, IPC_RECEIVING);
	timer_expire(fake.now + 1000);
	assert_int_equal(x->ipc.state, IPC_IDLE);
	assert_int_equal(x->utcb->error, L4_IPC_RETIMEOUT);
}

static void senders_by_priority(void **state)
{
	struct thread *low = fake_thread(f, task, 2, 5), *high = fake_thread(f, task, 3, 6);

	(void)state;
	sched_set_prio(low, 10, 1000);
	sched_set_prio(high, 20, 1000);
	low->regs.rsi = 1;
	fake_syscall(low, SLOT(4) | L4_SYSF_SEND, 0, 0);
	high->regs.rsi = 2;
	fake_syscall(high, SLOT(4) | L4_SYSF_SEND, 0, 0);
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	assert_int_equal(y->regs.rsi, 2);
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	assert_int_equal(y->regs.rsi, 1);
}

static void closed_receive_leaves_others_waiting(void **state)
{
	struct thread *z = fake_thread(f, task, 2, 5);

	(void)state;
	fake_syscall(z, SLOT(4) | L4_SYSF_SEND, 0, 0);
	fake_syscall(y, SLOT(3) | L4_SYSF_RECV, 0, 0);
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
	assert_int_equal(z->ipc.state, IPC_SENDING);
	fake_syscall(x, SLOT(4) | L4_SYSF_SEND, call_tag(9, 0, 0), 0);
	assert_int_equal(y->regs.rax, call_tag(9, 0, 0));
	assert_int_equal(z->ipc.state, IPC_SENDING);
}

static void deaths_wake_partners(void **state)
{
	struct thread *z = fake_thread(f, task, 2, 5);

	(void)state;
	fake_syscall(x, SLOT(5) | L4_SYSF_SEND, 0, 0);
	fake_syscall(y, SLOT(5) | L4_SYSF_RECV, 0, 0);
	kobj_kill(&z->obj);
	assert_int_equal(x->ipc.state, IPC_IDLE);
	assert_int_equal(x->utcb->error, L4_IPC_SECANCELED);
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_int_equal(y->utcb->error, L4_IPC_ENOT_EXISTENT | 1);
}

static void dead_caller_empties_the_slot(void **state)
{
	struct thread *z = fake_thread(f, task, 2, 5);

	(void)state;
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	fake_syscall(z, SLOT(4) | L4_SYSF_CALL, 0, 0);
	kobj_kill(&z->obj);
	assert_int_equal(fake_syscall(y, SELF | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0),
			 L4_MSGTAG_ERROR);
}

static void unbound_gate_blocks(void **state)
{
	struct gate *g = gate_create(f);

	(void)state;
	fake_give(task, 20, &g->obj, CAP_ALL);
	kobj_unpin(&g->obj);
	fake_syscall(x, SLOT(20) | L4_SYSF_CALL, call_tag(1, 0, 0), 0);
	assert_int_equal(x->ipc.state, IPC_SENDING);
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	gate_bind(g, y, 0x1230);
	ipc_run_pending();
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_int_equal(y->regs.rsi, 0x1233); /* label and W, S of the sender */
	fake_syscall(y, SELF | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0);
	assert_int_equal(x->ipc.state, IPC_IDLE);
}

static void deleted_gate_wakes_senders(void **state)
{
	struct gate *g = gate_create(f);

	(void)state;
	fake_give(task, 20, &g->obj, CAP_ALL);
	kobj_unpin(&g->obj);
	fake_syscall(x, SLOT(20) | L4_SYSF_CALL, 0, 0);
	cap_remove(cap_lookup(&task->caps, 20));
	assert_int_equal(x->utcb->error, L4_IPC_ENOT_EXISTENT);
}

static void irqs_coalesce(void **state)
{
	struct irq *i = irq_create(f);

	(void)state;
	fake_give(task, 20, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	x->utcb->mr[0] = L4_RCV_EP_BIND_OP;
	x->utcb->mr[1] = 0xabc;
	x->utcb->mr[2] = L4_ITEM_MAP;
	x->utcb->mr[3] = SLOT(4) | L4_FPAGE_OBJ << 4 | 7;
	assert_int_equal(fake_syscall(x, SLOT(20) | L4_SYSF_CALL, call_tag(-10, 2, 1), 0), 0);
	i->base.hit(&i->base);
	i->base.hit(&i->base);
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, 0);
	assert_int_equal(y->regs.rax, 0);
	assert_int_equal(y->regs.rsi, 0xabc);
	fake_syscall(y, SELF | L4_SYSF_WAIT, 0, TIMEOUT_ZERO_RECV);
	assert_int_equal(y->utcb->error, L4_IPC_RETIMEOUT);
	/* Triggered by a message, received on the IRQ's own capability. */
	fake_syscall(x, SLOT(20) | L4_SYSF_SEND, call_tag(-1, 0, 0), 0);
	fake_syscall(y, SLOT(20) | L4_SYSF_RECV, 0, TIMEOUT_ZERO_RECV);
	assert_int_equal(y->regs.rsi, 0xabc);
}

static void semaphore(void **state)
{
	struct semaphore *s = semaphore_create(f);

	(void)state;
	fake_give(task, 20, &s->base.obj, CAP_ALL);
	kobj_unpin(&s->base.obj);
	x->utcb->mr[0] = L4_SEMAPHORE_OP_DOWN;
	fake_syscall(x, SLOT(20) | L4_SYSF_CALL, call_tag(-20, 1, 0), TIMEOUT_ZERO_RECV);
	assert_int_equal(x->utcb->error, L4_IPC_RETIMEOUT);
	x->utcb->mr[0] = L4_SEMAPHORE_OP_DOWN;
	fake_syscall(x, SLOT(20) | L4_SYSF_CALL, call_tag(-20, 1, 0), 0);
	assert_int_equal(x->ipc.state, IPC_SEMAPHORE);
	fake_syscall(y, SLOT(20) | L4_SYSF_SEND, call_tag(-1, 0, 0), 0);
	assert_int_equal(x->ipc.state, IPC_IDLE);
	assert_int_equal(x->regs.rax, 0);
	x->utcb->mr[0] = L4_SEMAPHORE_OP_DOWN;
	fake_syscall(x, SLOT(20) | L4_SYSF_CALL, call_tag(-20, 1, 0), 0);
	cap_remove(cap_lookup(&task->caps, 20));
	assert_int_equal(x->utcb->error, L4_IPC_ENOT_EXISTENT);
}

static void cancel(void **state)
{
	(void)state;
	fake_syscall(x, SELF | L4_SYSF_WAIT, 0, 0);
	assert_true(ipc_cancel(x));
	assert_int_equal(x->utcb->error, L4_IPC_RECANCELED);
	fake_syscall(x, SLOT(4) | L4_SYSF_SEND, 0, 0);
	assert_true(ipc_cancel(x));
	assert_int_equal(x->utcb->error, L4_IPC_SECANCELED);
	assert_false(ipc_cancel(x));
}

/* A long chain: each thread waits to send to the next, the last one starts to receive. */
static void chains_of_senders(void **state)
{
	struct thread *t[6];

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		t[i] = fake_thread(f, task, 2 + i, 10 + i);
	for (unsigned i = 0; i < 5; i++)
		fake_syscall(t[i], SLOT(10 + i + 1) | L4_SYSF_SEND_AND_WAIT, 0, 0);
	fake_syscall(t[5], SELF | L4_SYSF_WAIT, 0, 0);
	for (unsigned i = 1; i < 6; i++)
		assert_int_equal(t[i]->ipc.state, IPC_IDLE);
	assert_int_equal(t[0]->ipc.state, IPC_RECEIVING);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(call_and_reply),
		T(reply_slot_is_used_up),
		T(reply_slot_survives_nested_calls),
		T(timeouts),
		T(senders_by_priority),
		T(closed_receive_leaves_others_waiting),
		T(deaths_wake_partners),
		T(dead_caller_empties_the_slot),
		T(unbound_gate_blocks),
		T(deleted_gate_wakes_senders),
		T(irqs_coalesce),
		T(semaphore),
		T(cancel),
		T(chains_of_senders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
