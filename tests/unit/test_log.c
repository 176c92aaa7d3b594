// SPDX-License-Identifier: MIT
/* Reading from the log object: what came, and whether more waits. */
#include "fake_system.h"

#include "core/platform.h"

#include <l4/abi/ops.h>
#include <string.h>

#define LOG ((uint64_t)5 << L4_CAP_SHIFT)

static struct factory *f;
static struct task *task;
static struct thread *t;

static int setup(void **state)
{
	struct kobj *log;

	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	task = fake_task(f);
	t = fake_thread(f, task, 0, 3);
	log = log_create();
	fake_give(task, 5, log, CAP_ALL);
	kobj_unpin(log);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_end(task);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	return 0;
}

/* Reads up to @max bytes; the status word. */
static uint64_t read_log(unsigned max)
{
	t->utcb->mr[0] = L4_VCON_READ_OP | (uint64_t)max << 16;
	assert_int_equal(fake_syscall(t, LOG | L4_SYSF_CALL, call_tag(L4_PROTO_LOG, 1, 0), 0), 0);
	return t->utcb->mr[0];
}

static void nothing_waits(void **state)
{
	(void)state;
	assert_int_equal(read_log(8), L4_VCON_READ_STAT_DONE);
	assert_int_equal(read_log(0), L4_VCON_READ_STAT_DONE);
}

static void buffer_filled_exactly(void **state)
{
	(void)state;
	fake.input = "four";
	assert_int_equal(read_log(4), 4 | L4_VCON_READ_STAT_DONE);
	assert_memory_equal(&t->utcb->mr[1], "four", 4);
}

static void more_waits(void **state)
{
	(void)state;
	fake.input = "four";
	/* With no room at all the answer tells whether there is input. */
	assert_int_equal(read_log(0), 0);
	assert_int_equal(read_log(3), 3);
	assert_int_equal(read_log(3), 1 | L4_VCON_READ_STAT_DONE);
	assert_memory_equal(&t->utcb->mr[1], "r", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(buffer_filled_exactly, setup, teardown),
		cmocka_unit_test_setup_teardown(more_waits, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
