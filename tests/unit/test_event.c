// SPDX-License-Identifier: MIT
/* The ring of events: what it keeps, and that the kernel's entries leave their mark in it. */
#include "core/event.h"

#include "core/kobj.h"
#include "core/task.h"
#include "fake_arch.h"

static void test_wraps(void **state)
{
	(void)state;
	event_count = 0;
	for (uint64_t i = 0; i < EVENT_RING + 3UL; i++)
		event(EVENT_LINE, 0, i, 0);
	assert_int_equal(event_count, EVENT_RING + 3);
	assert_int_equal(event_ring[2].a, EVENT_RING + 2);
	assert_int_equal(event_ring[3].a, 3);
}

static void test_birth_and_death(void **state)
{
	struct task *t;
	uint64_t id;

	(void)state;
	event_count = 0;
	t = task_create(NULL);
	id = t->obj.id;
	kobj_kill(&t->obj);
	kobj_unpin(&t->obj);
	assert_int_equal(event_count, 2);
	assert_int_equal(event_ring[0].type, EVENT_BORN);
	assert_int_equal(event_ring[0].a, id);
	assert_int_equal(event_ring[1].type, EVENT_DEAD);
	assert_int_equal(event_ring[1].b, KOBJ_TASK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wraps),
		cmocka_unit_test(test_birth_and_death),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
