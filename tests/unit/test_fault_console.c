// SPDX-License-Identifier: MIT
/* Faults of the text console: each byte counts, and none that is not meant is touched. */
#include "fake_system.h"

#include "core/platform.h"
#include "core/timer.h"
#include "fault/plan.h"

#include <l4/abi/ops.h>
#include <string.h>

#define LOG ((uint64_t)5 << L4_CAP_SHIFT)
#define DONE L4_VCON_READ_STAT_DONE

static struct factory *f;
static struct task *task;
static struct thread *t;
static struct fault_plan plan[2];
static unsigned plans;

static int setup(void **state)
{
	struct kobj *log;

	(void)state;
	fake_reset();
	plans = 0;
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
	fault_stop();
	assert_false(fault_holds_input());
	fake_end(task);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	assert_int_equal(timer_next(), UINT64_MAX);
	return 0;
}

static void arm(enum fault_effect effect, uint64_t first, uint64_t last, uint64_t arg)
{
	struct fault_plan *p = &plan[plans++];

	*p = (struct fault_plan){ .first = first, .last = last, .arg = arg };
	for (unsigned i = 0; i < FAULT_POINTS; i++)
		if (fault_points[i].effect == effect)
			p->point = &fault_points[i];
	assert_true(fault_arm(p));
	fault_start(0, 0);
}

/* Reads up to @max bytes: those of @expected, and whether that was all. */
static void reads(unsigned max, const char *expected, uint64_t done)
{
	t->utcb->mr[0] = L4_VCON_READ_OP | (uint64_t)max << 16;
	assert_int_equal(fake_syscall(t, LOG | L4_SYSF_CALL, call_tag(L4_PROTO_LOG, 1, 0), 0), 0);
	assert_int_equal(t->utcb->mr[0], strlen(expected) | done);
	assert_memory_equal(&t->utcb->mr[1], expected, strlen(expected));
}

static void prints(const char *text, const char *expected)
{
	size_t len = strlen(text);

	fake.console_len = 0;
	t->utcb->mr[0] = L4_VCON_WRITE_OP;
	t->utcb->mr[1] = len;
	memcpy(&t->utcb->mr[2], text, len);
	fake_syscall(t, LOG | L4_SYSF_SEND, call_tag(L4_PROTO_LOG, 2 + (len + 7) / 8, 0), 0);
	assert_int_equal(fake.console_len, strlen(expected));
	assert_memory_equal(fake.console, expected, strlen(expected));
}

static void time_passes(uint64_t us)
{
	fake.now += us;
	timer_expire(fake.now);
}

static void input_lost(void **state)
{
	(void)state;
	arm(FAULT_STDIN_LOST, 2, 4, 0);
	fake.input = "abcdef";
	reads(2, "a", 0);
	reads(2, "", 0);
	reads(64, "ef", DONE);
	assert_int_equal(plan[0].fired, 3);
	assert_int_equal(plan[0].seen, 6);
}

static void input_flipped(void **state)
{
	(void)state;
	arm(FAULT_STDIN_FLIP, 3, 3, 1);
	fake.input = "abcd";
	reads(64,
	      "aba"
	      "d",
	      DONE);
}

/* What stands behind it comes behind it, and counts once. */
static void input_late(void **state)
{
	(void)state;
	arm(FAULT_STDIN_LATE, 3, 3, 100);
	fake.input = "abcdef";
	reads(5, "ab", DONE);
	reads(0, "", DONE);
	reads(64, "", DONE);
	time_passes(99);
	reads(64, "", DONE);
	time_passes(1);
	reads(0, "", 0);
	reads(2, "cd", 0);
	reads(64, "e", 0);
	reads(64, "f", DONE);
	assert_int_equal(plan[0].seen, 6);
	assert_int_equal(plan[0].fired, 1);
}

static void late_again(void **state)
{
	(void)state;
	arm(FAULT_STDIN_LATE, 2, 3, 100);
	fake.input = "abcd";
	reads(64, "a", DONE);
	time_passes(100);
	reads(64, "b", DONE);
	time_passes(100);
	reads(64, "cd", 0);
	reads(64, "", DONE);
}

static void late_and_lost(void **state)
{
	(void)state;
	arm(FAULT_STDIN_LATE, 1, UINT64_MAX, 100);
	arm(FAULT_STDIN_LOST, 2, 2, 0);
	fake.input = "abc";
	reads(64, "", DONE);
	time_passes(100);
	reads(64, "a", DONE);
	time_passes(100);
	reads(64, "c", 0);
	reads(64, "", DONE);
}

/* Nobody waits for it any more: it is not there, and the log may be gone. */
static void late_for_ever(void **state)
{
	(void)state;
	arm(FAULT_STDIN_LATE, 1, 1, 100);
	fake.input = "ab";
	reads(64, "", DONE);
	fault_stop();
	fake.input = "cd";
	reads(64, "cd", DONE);
}

static void output(void **state)
{
	(void)state;
	arm(FAULT_STDOUT_LOST, 2, 3, 0);
	arm(FAULT_STDOUT_FLIP, 5, 5, 0);
	prints("abcdef", "addf");
	prints("abcdef", "abcdef");
	assert_int_equal(plan[0].seen, 12);
}

static void whose(void **state)
{
	(void)state;
	arm(FAULT_STDOUT_LOST, 1, UINT64_MAX, 0);
	strcpy(plan[0].target.name, "nobody");
	prints("abc", "abc");
	strcpy(t->obj.name, "nobody");
	prints("abc", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(input_lost),    TEST(input_flipped), TEST(input_late), TEST(late_again),
		TEST(late_and_lost), TEST(late_for_ever), TEST(output),     TEST(whose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
