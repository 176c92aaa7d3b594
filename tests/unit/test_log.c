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

static void set_attr(uint64_t input, uint64_t output, uint64_t local)
{
	t->utcb->mr[0] = L4_VCON_SET_ATTR_OP;
	t->utcb->mr[1] = input;
	t->utcb->mr[2] = output;
	t->utcb->mr[3] = local;
	assert_int_equal(fake_syscall(t, LOG | L4_SYSF_CALL, call_tag(L4_PROTO_LOG, 4, 0), 0), 0);
}

static void reads(const char *input, const char *expected)
{
	size_t len = strlen(expected);

	fake.input = input;
	assert_int_equal(read_log(64), len | L4_VCON_READ_STAT_DONE);
	assert_memory_equal(&t->utcb->mr[1], expected, len);
}

static void line_ends_of_input(void **state)
{
	(void)state;
	reads("a\rb\nc", "a\nb\nc");
	set_attr(0, 0, 0);
	reads("a\rb\nc", "a\rb\nc");
	set_attr(L4_VCON_IGNCR, 0, 0);
	reads("a\rb\nc", "ab\nc");
	set_attr(L4_VCON_INLCR, 0, 0);
	reads("a\rb\nc", "a\rb\rc");
	set_attr(L4_VCON_INLCR | L4_VCON_IGNCR, 0, 0);
	reads("a\rb\nc", "abc");
}

static void writes(const char *text, const char *expected)
{
	fake.console_len = 0;
	t->utcb->mr[0] = L4_VCON_WRITE_OP;
	t->utcb->mr[1] = strlen(text);
	memcpy(&t->utcb->mr[2], text, 8);
	fake_syscall(t, LOG | L4_SYSF_SEND, call_tag(L4_PROTO_LOG, 3, 0), 0);
	assert_int_equal(fake.console_len, strlen(expected));
	assert_memory_equal(fake.console, expected, strlen(expected));
}

static void line_ends_of_output(void **state)
{
	(void)state;
	writes("a\rb\nc\0\0", "a\rb\nc");
	set_attr(0, L4_VCON_OCRNL, 0);
	writes("a\rb\nc\0\0", "a\nb\nc");
	set_attr(0, L4_VCON_ONLRET, 0);
	writes("a\rb\nc\0\0", "ab\nc");
}

static void the_console_follows(void **state)
{
	(void)state;
	assert_int_equal(fake.input_modes, L4_VCON_ICRNL);
	assert_int_equal(fake.local_modes, L4_VCON_ECHO);
	set_attr(L4_VCON_INLCR, 0, L4_VCON_ICANON);
	assert_int_equal(fake.input_modes, L4_VCON_INLCR);
	assert_int_equal(fake.local_modes, L4_VCON_ICANON);
	t->utcb->mr[0] = L4_VCON_GET_ATTR_OP;
	fake_syscall(t, LOG | L4_SYSF_CALL, call_tag(L4_PROTO_LOG, 1, 0), 0);
	assert_int_equal(t->utcb->mr[1], L4_VCON_INLCR);
	assert_int_equal(t->utcb->mr[2], L4_VCON_ONLCR);
	assert_int_equal(t->utcb->mr[3], L4_VCON_ICANON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(buffer_filled_exactly, setup, teardown),
		cmocka_unit_test_setup_teardown(more_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(line_ends_of_input, setup, teardown),
		cmocka_unit_test_setup_teardown(line_ends_of_output, setup, teardown),
		cmocka_unit_test_setup_teardown(the_console_follows, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
