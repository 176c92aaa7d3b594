// SPDX-License-Identifier: MIT
/* Whose turn it is, and on whose time slice. */
#include "fake_system.h"

#include "core/sched.h"

#define SLOT(n) ((uint64_t)(n) << 12)
#define SELF 0x800UL

static struct factory *f;
static struct task *task;
static struct thread *low, *mid, *high;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	task = fake_task(f);
	low = fake_thread(f, task, 0, 2);
	mid = fake_thread(f, task, 1, 3);
	high = fake_thread(f, task, 2, 4);
	sched_set_prio(low, 10, 5000);
	sched_set_prio(mid, 20, 5000);
	sched_set_prio(high, 30, 5000);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_end(task);
	kobj_unpin(&f->obj);
	assert_null(sched_pick());
	assert_int_equal(kobj_count(), 0);
	return 0;
}

/* Microseconds until a peer must run. */
static uint64_t slice(void)
{
	uint64_t end = sched_slice_end(fake.now);

	return end == UINT64_MAX ? end : end - fake.now;
}

/* Runs the chosen thread for a while. */
static struct thread *use(uint64_t us)
{
	struct thread *t = sched_pick();

	sched_start(fake.now);
	fake.now += us;
	sched_stop(fake.now);
	return t;
}

static void highest_first(void **state)
{
	(void)state;
	assert_ptr_equal(sched_pick(), high);
	assert_int_equal(slice(), UINT64_MAX);
	fake_syscall(high, SELF | L4_SYSF_WAIT, 0, 0);
	assert_ptr_equal(sched_pick(), mid);
	sched_set_prio(low, 25, 5000);
	assert_ptr_equal(sched_pick(), low);
}

/* Of any two neighbours of the 256 priorities the higher runs. */
static void every_priority(void **state)
{
	(void)state;
	fake_syscall(high, SELF | L4_SYSF_WAIT, 0, 0);
	for (unsigned prio = 0; prio < 255; prio++) {
		sched_set_prio(low, prio, 5000);
		sched_set_prio(mid, prio + 1, 5000);
		assert_ptr_equal(sched_pick(), mid);
		sched_set_prio(low, prio + 1, 5000);
		sched_set_prio(mid, prio, 5000);
		assert_ptr_equal(sched_pick(), low);
		assert_int_equal(slice(), UINT64_MAX);
	}
}

static void slices_rotate(void **state)
{
	(void)state;
	sched_set_prio(mid, 30, 5000);
	assert_ptr_equal(sched_pick(), high);
	assert_int_equal(slice(), 5000);
	assert_ptr_equal(use(2000), high);
	assert_ptr_equal(sched_pick(), high);
	assert_int_equal(slice(), 3000);
	assert_ptr_equal(use(3000), high);
	assert_ptr_equal(use(5000), mid);
	assert_ptr_equal(use(5000), high);
	assert_int_equal(sched_time(high, fake.now), 10000);
	assert_int_equal(sched_time(mid, fake.now), 5000);
}

/* What the kernel does between two runs does not move the end, so the timer needs not be set. */
static void slice_end_stays(void **state)
{
	uint64_t end;

	(void)state;
	sched_set_prio(mid, 30, 5000);
	assert_ptr_equal(use(1000), high);
	end = sched_slice_end(fake.now);
	for (int i = 0; i < 3; i++) {
		fake.now += 7;
		assert_ptr_equal(sched_pick(), high);
		assert_int_equal(sched_slice_end(fake.now), end);
		assert_ptr_equal(use(100), high);
	}
	fake.now = end; /* not even when it is over before the next run */
	assert_ptr_equal(use(0), high);
	assert_ptr_equal(sched_pick(), mid);
	assert_int_equal(slice(), 5000);
}

/* Time that nobody used is not part of a slice, nor is what came before a new quantum. */
static void slice_end_moves(void **state)
{
	(void)state;
	sched_set_prio(mid, 30, 5000);
	assert_ptr_equal(use(1000), high);
	fake.now += 500;
	sched_idle(500);
	assert_int_equal(slice(), 4000);
	assert_ptr_equal(use(1000), high);
	sched_set_prio(high, 30, 8000);
	sched_switch_to(high);
	assert_ptr_equal(use(1000), high);
	assert_int_equal(high->slice_left, 8000);
}

static void donated_slice_ends(void **state)
{
	(void)state;
	fake_syscall(low, SELF | L4_SYSF_WAIT, 0, 0);
	assert_ptr_equal(sched_pick(), high);
	fake_syscall(high, SLOT(2) | L4_SYSF_CALL, call_tag(1, 0, 0), 0);
	assert_ptr_equal(sched_pick(), low); /* ahead of mid */
	assert_int_equal(slice(), 5000);
	assert_ptr_equal(use(4000), low);
	assert_ptr_equal(sched_pick(), low);
	assert_int_equal(slice(), 1000);
	assert_ptr_equal(use(1000), low);
	assert_ptr_equal(sched_pick(), mid);
	assert_int_equal(low->slice_left, 5000);
	assert_int_equal(sched_time(low, fake.now), 5000);
	assert_int_equal(sched_time(high, fake.now), 0);
}

static void donated_slice_protects(void **state)
{
	(void)state;
	fake_syscall(low, SELF | L4_SYSF_WAIT, 0, 0);
	fake_syscall(mid, SELF | L4_SYSF_RECV, 0, 0x03e8);
	assert_ptr_equal(sched_pick(), high);
	fake_syscall(high, SLOT(2) | L4_SYSF_CALL, call_tag(1, 0, 0), 0);
	assert_ptr_equal(sched_pick(), low);
	fake.now += 2000;
	timer_expire(fake.now); /* mid wakes */
	assert_ptr_equal(sched_pick(), low);
	fake_syscall(low, SELF | L4_SYSF_REPLY_AND_WAIT, call_tag(0, 0, 0), 0);
	assert_ptr_equal(sched_pick(), high);
}

static void owner_of_slice_dies(void **state)
{
	(void)state;
	fake_syscall(low, SELF | L4_SYSF_WAIT, 0, 0);
	assert_ptr_equal(sched_pick(), high);
	fake_syscall(high, SLOT(2) | L4_SYSF_CALL, call_tag(1, 0, 0), 0);
	assert_ptr_equal(sched_pick(), low);
	sched_start(fake.now);
	kobj_kill(&high->obj);
	sched_stop(fake.now + 10000);
	assert_non_null(sched_pick());
	assert_int_equal(use(10), use(10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(highest_first, setup, teardown),
		cmocka_unit_test_setup_teardown(every_priority, setup, teardown),
		cmocka_unit_test_setup_teardown(slices_rotate, setup, teardown),
		cmocka_unit_test_setup_teardown(slice_end_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(slice_end_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(donated_slice_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(donated_slice_protects, setup, teardown),
		cmocka_unit_test_setup_teardown(owner_of_slice_dies, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
