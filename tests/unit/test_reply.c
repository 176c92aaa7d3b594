// SPDX-License-Identifier: MIT
/* Explicit reply capabilities: several callers wait for their answers at the same time. */
#include "fake_system.h"

#include "core/check.h"

#include <l4/abi/err.h>

#define SELF L4_INVALID_CAP
#define SLOT(n) ((uint64_t)(n) << L4_CAP_SHIFT)
#define REPLY_SLOT(n) (SLOT(n) | L4_REPLY_CAP_BIT)

static struct factory *f;
static struct task *clients, *task;
static struct thread *x, *y, *server; /* x, y in slots 3, 4 of clients; the server in slot 5 */

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	clients = fake_task(f);
	task = fake_task(f);
	x = fake_thread(f, clients, 0, 3);
	y = fake_thread(f, clients, 1, 4);
	server = fake_thread(f, task, 0, 3);
	fake_give(clients, 5, &server->obj, CAP_ALL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (task)
		fake_end(task);
	fake_end(clients);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	assert_int_equal(fake.heap_blocks, 0);
	return 0;
}

static void wait_in(unsigned slot)
{
	fake_syscall(server, REPLY_SLOT(slot) | L4_SYSF_WAIT, 0, 0);
	assert_int_equal(server->ipc.state, IPC_RECEIVING);
}

static void call(struct thread *t)
{
	fake_syscall(t, SLOT(5) | L4_SYSF_CALL, call_tag(1, 0, 0), 0);
	assert_int_equal(t->ipc.state, IPC_RECEIVING);
	assert_int_equal(server->ipc.state, IPC_IDLE);
}

static uint64_t reply(uint64_t dest, long label)
{
	return fake_syscall(server, dest | L4_SYSF_REPLY | L4_SYSF_SEND, call_tag(label, 0, 0),
			    TIMEOUT_ZERO_BOTH);
}

static void assert_not_existent(uint64_t tag)
{
	assert_true(tag & L4_MSGTAG_ERROR);
	assert_int_equal(server->utcb->error, L4_IPC_ENOT_EXISTENT);
}

static void slot_is_not_the_implicit_one(void **state)
{
	(void)state;
	wait_in(5);
	call(x);
	assert_not_existent(reply(SELF, 7));
	assert_not_existent(reply(REPLY_SLOT(6), 7));
	assert_int_equal(x->ipc.state, IPC_RECEIVING);
	assert_int_equal(reply(REPLY_SLOT(5), 7), call_tag(7, 0, 0));
	assert_int_equal(x->ipc.state, IPC_IDLE);
	assert_int_equal(x->regs.rax, call_tag(7, 0, 0));
	assert_not_existent(reply(REPLY_SLOT(5), 7));
}

static void answers_in_any_order(void **state)
{
	(void)state;
	wait_in(1);
	call(x);
	wait_in(2000);
	call(y);
	reply(REPLY_SLOT(1), 11);
	assert_int_equal(x->regs.rax, call_tag(11, 0, 0));
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
	reply(REPLY_SLOT(2000), 12);
	assert_int_equal(y->regs.rax, call_tag(12, 0, 0));
}

static void reply_and_wait_reuses_the_slot(void **state)
{
	(void)state;
	wait_in(1);
	call(x);
	fake_syscall(server, REPLY_SLOT(1) | L4_SYSF_REPLY_AND_WAIT, call_tag(3, 0, 0), 0);
	assert_int_equal(x->ipc.state, IPC_IDLE);
	call(y);
	reply(REPLY_SLOT(1), 4);
	assert_int_equal(y->regs.rax, call_tag(4, 0, 0));
}

static void caller_gives_up_or_is_replaced(void **state)
{
	(void)state;
	wait_in(1);
	call(x);
	ipc_cancel(x);
	assert_not_existent(reply(REPLY_SLOT(1), 3));
	wait_in(1);
	call(x);
	wait_in(1);
	call(y);
	/* x has lost its place, and goes on waiting. */
	reply(REPLY_SLOT(1), 3);
	assert_int_equal(y->regs.rax, call_tag(3, 0, 0));
	assert_int_equal(x->ipc.state, IPC_RECEIVING);
}

static void no_such_slot(void **state)
{
	uint64_t tag;

	(void)state;
	tag = fake_syscall(server, REPLY_SLOT(1UL << 40) | L4_SYSF_WAIT, 0, TIMEOUT_ZERO_BOTH);
	assert_int_equal(tag, L4_MSGTAG_ERROR);
	assert_int_equal(server->utcb->error, L4_IPC_NOREPLYCAP);
	assert_not_existent(reply(REPLY_SLOT(1UL << 40), 3));
	fake.fail_alloc_in = 1;
	fake_syscall(server, REPLY_SLOT(1) | L4_SYSF_WAIT, 0, TIMEOUT_ZERO_BOTH);
	assert_int_equal(server->utcb->error, L4_IPC_NOREPLYCAP);
	/* Both special bits: the thread itself, as without the lower one. */
	tag = fake_syscall(server, SELF | L4_REPLY_CAP_BIT | L4_SYSF_WAIT, 0, TIMEOUT_ZERO_BOTH);
	assert_int_equal(tag & L4_MSGTAG_ERROR, L4_MSGTAG_ERROR);
	assert_int_equal(server->utcb->error, L4_IPC_RETIMEOUT);
}

static void server_dies(void **state)
{
	(void)state;
	wait_in(1);
	call(x);
	fake_end(task);
	task = NULL;
	assert_int_equal(x->ipc.state, IPC_IDLE);
	assert_null(x->ipc.answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(slot_is_not_the_implicit_one, setup, teardown),
		cmocka_unit_test_setup_teardown(answers_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(reply_and_wait_reuses_the_slot, setup, teardown),
		cmocka_unit_test_setup_teardown(caller_gives_up_or_is_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(no_such_slot, setup, teardown),
		cmocka_unit_test_setup_teardown(server_dies, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
