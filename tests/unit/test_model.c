// SPDX-License-Identifier: MIT
/*
 * Random operations on capability tables, timers and queues of senders, each against a model
 * that is too simple to be wrong.
 */
#include "fake_system.h"

#include "core/gate.h"
#include "core/irq.h"
#include "core/sched.h"
#include "core/semaphore.h"
#include "core/timer.h"

#include <l4/abi/ops.h>
#include <stdlib.h>
#include <string.h>

#define SLOT(n) ((uint64_t)(n) << L4_CAP_SHIFT)

static struct factory *f;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	srand(7);
	f = factory_create(NULL, FACTORY_UNLIMITED);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	assert_int_equal(timer_next(), UINT64_MAX);
	return 0;
}

/* --- capability tables: 3 tasks of 64 slots, 16 objects that come and go --- */

#define TASKS 3
#define FIRST 256 /* slots used: a leaf of their own, and some of the next */
#define SLOTS 320
#define OBJECTS 16
#define CAP_OPERATIONS 200000

static struct {
	int object; /* -1: empty */
	unsigned rights;
} slots[TASKS][SLOTS];
static struct irq *objects[OBJECTS]; /* NULL: dead */

static void model_delete(int o)
{
	for (int t = 0; t < TASKS; t++)
		for (int i = 0; i < SLOTS; i++)
			if (slots[t][i].object == o)
				slots[t][i].object = -1;
	objects[o] = NULL;
}

/* An object lives while a capability that is not weak names it. */
static void model_reap(int o)
{
	for (int t = 0; t < TASKS; t++)
		for (int i = 0; i < SLOTS; i++)
			if (slots[t][i].object == o && !(slots[t][i].rights & CAP_WEAK))
				return;
	model_delete(o);
}

/* What is put into a slot deletes what was there if the capability says so; -1 only empties it. */
static void model_set(int t, int i, int o, unsigned rights)
{
	int old = slots[t][i].object;

	if (old >= 0 && o >= 0 && (slots[t][i].rights & CAP_D))
		model_delete(old);
	slots[t][i].object = -1;
	/* What is both taken out and put in does not die in between, unless it is weak. */
	if (old >= 0 && old != o && objects[old])
		model_reap(old);
	if (o < 0 || !objects[o])
		return;
	slots[t][i].object = o;
	slots[t][i].rights = rights;
	if (old == o)
		model_reap(o);
}

static void model_copy(int st, int si, int dt, int di, unsigned keep, unsigned attr, bool grant)
{
	int o = slots[st][si].object;
	unsigned have = slots[st][si].rights, r;

	if (o < 0 || !(keep & L4_CAP_FPAGE_R) || (st == dt && si == di))
		return;
	r = (have & keep & (CAP_W | CAP_S | CAP_D)) | (have & attr & CAP_EXTRA) |
	    (attr & CAP_WEAK) | (have & CAP_WEAK);
	if (slots[dt][di].object == o && !grant && !((slots[dt][di].rights ^ r) & CAP_WEAK))
		slots[dt][di].rights |= r;
	else
		model_set(dt, di, o, r);
	if (grant)
		model_set(st, si, -1, 0);
}

static void model_unmap(int t, int i, unsigned revoke, bool del)
{
	int o = slots[t][i].object;

	if (o < 0)
		return;
	if (del && (slots[t][i].rights & CAP_D)) {
		model_delete(o);
	} else if (del || (revoke & L4_CAP_FPAGE_R)) {
		model_set(t, i, -1, 0);
	} else {
		slots[t][i].rights &= ~(revoke & (CAP_W | CAP_S));
	}
}

static void compare_tables(struct task *const *task)
{
	for (int t = 0; t < TASKS; t++)
		for (int i = 0; i < SLOTS; i++) {
			struct cap *c = cap_lookup(&task[t]->caps, FIRST + i);

			assert_int_equal(c != NULL, slots[t][i].object >= 0);
			if (!c)
				continue;
			assert_ptr_equal(c->obj, &objects[slots[t][i].object]->base.obj);
			assert_int_equal(c->rights, slots[t][i].rights);
		}
}

static void create_one(struct task *t, int task, int slot)
{
	for (int o = 0; o < OBJECTS; o++) {
		if (objects[o])
			continue;
		objects[o] = irq_create(f);
		fake_give(t, FIRST + slot, &objects[o]->base.obj, CAP_ALL);
		kobj_unpin(&objects[o]->base.obj);
		model_set(task, slot, o, CAP_ALL);
		return;
	}
}

static void capabilities(void **state)
{
	struct task *task[TASKS];

	(void)state;
	memset(slots, 0xff, sizeof(slots));
	for (int i = 0; i < TASKS; i++)
		task[i] = fake_task(f);
	for (unsigned n = 0; n < CAP_OPERATIONS; n++) {
		int s = rand() % TASKS, d = rand() % TASKS, order = rand() % 4;
		int si = rand() % SLOTS >> order << order, di = rand() % SLOTS >> order << order;
		unsigned keep = rand() % 16, attr = rand() % 16 << 4;
		bool flag = rand() % 4 == 0;

		switch (rand() % 8) {
		case 0:
			create_one(task[d], d, di);
			break;
		case 1:
			cap_unmap(task[d], FIRST + di, order, keep, flag);
			for (int i = 0; i < 1 << order; i++)
				model_unmap(d, di + i, keep, flag);
			break;
		default:
			cap_map(task[s], FIRST + si, task[d], FIRST + di, order, keep, attr, flag);
			for (int i = 0; i < 1 << order; i++)
				model_copy(s, si + i, d, di + i, keep, attr, flag);
		}
		if (n % 64 == 0)
			compare_tables(task);
	}
	for (int i = 0; i < TASKS; i++)
		fake_end(task[i]);
	memset(objects, 0, sizeof(objects));
}

/* --- timers --- */

#define TIMERS 200
#define TIMER_OPERATIONS 200000

static struct timer timers[TIMERS];
static uint64_t deadline[TIMERS]; /* 0: not armed */
static uint64_t clock_now;

static void on_expired(struct timer *t)
{
	uint64_t earliest = UINT64_MAX;
	long n = t - timers;

	for (int i = 0; i < TIMERS; i++)
		if (deadline[i] && deadline[i] < earliest)
			earliest = deadline[i];
	assert_int_equal(deadline[n], earliest);
	assert_true(deadline[n] <= clock_now);
	deadline[n] = 0;
	/* Whoever is woken may wait again at once. */
	if (rand() % 4 == 0) {
		deadline[n] = clock_now + 1 + rand() % 1000;
		timer_arm(t, deadline[n]);
	}
}

static void timer_queue(void **state)
{
	(void)state;
	memset(deadline, 0, sizeof(deadline));
	for (unsigned n = 0; n < TIMER_OPERATIONS; n++) {
		int i = rand() % TIMERS;
		uint64_t earliest = UINT64_MAX;

		timers[i].expired = on_expired;
		switch (rand() % 4) {
		case 0:
			timer_cancel(&timers[i]);
			deadline[i] = 0;
			break;
		case 1:
			clock_now += rand() % 20;
			timer_expire(clock_now);
			break;
		default:
			deadline[i] = clock_now + 1 + rand() % 1000;
			timer_arm(&timers[i], deadline[i]);
		}
		for (int k = 0; k < TIMERS; k++) {
			assert_int_equal(timer_armed(&timers[k]), deadline[k] != 0);
			if (deadline[k] && deadline[k] < earliest)
				earliest = deadline[k];
		}
		assert_int_equal(timer_next(), earliest);
		assert_true(earliest > clock_now);
	}
	for (int i = 0; i < TIMERS; i++)
		timer_cancel(&timers[i]);
}

/* --- queues of senders: at a thread, at an unbound gate, at a semaphore --- */

#define SENDERS 7
#define QUEUE_ROUNDS 4000

enum place { AT_THREAD, AT_GATE, AT_SEMAPHORE, PLACES };

static struct {
	struct thread *thread;
	unsigned long since; /* when it began to wait; 0: it does not */
} senders[SENDERS];

/* The one that has waited longest among those with the highest priority; -1: nobody waits. */
static int model_first(void)
{
	int first = -1;

	for (int i = 0; i < SENDERS; i++) {
		int better;

		if (!senders[i].since)
			continue;
		if (first < 0) {
			first = i;
			continue;
		}
		better = senders[i].thread->prio - senders[first].thread->prio;
		if (better > 0 || (!better && senders[i].since < senders[first].since))
			first = i;
	}
	return first;
}

static void begin(int i, enum place place, unsigned long now)
{
	struct thread *t = senders[i].thread;

	sched_set_prio(t, 1 + rand() % 4, SCHED_DEFAULT_QUANTUM);
	t->utcb->mr[0] = place == AT_SEMAPHORE ? L4_SEMAPHORE_OP_DOWN : i;
	if (place == AT_SEMAPHORE)
		fake_syscall(t, SLOT(9) | L4_SYSF_CALL, call_tag(L4_PROTO_SEMAPHORE, 1, 0), 0);
	else
		fake_syscall(t, SLOT(place == AT_THREAD ? 7 : 8) | L4_SYSF_SEND, call_tag(0, 1, 0),
			     0);
	assert_int_not_equal(t->ipc.state, IPC_IDLE);
	senders[i].since = now;
}

/* Who comes first now: it must be the one the model names. */
static void serve(struct thread *r, struct semaphore *s, enum place place)
{
	int first = model_first();

	if (place == AT_SEMAPHORE) {
		fake_syscall(r, SLOT(9) | L4_SYSF_SEND, call_tag(L4_PROTO_IRQ, 0, 0), 0);
		if (first < 0)
			s->count = 0;
	} else {
		fake_syscall(r, L4_INVALID_CAP | L4_SYSF_WAIT, 0, TIMEOUT_ZERO_BOTH);
		if (first >= 0)
			assert_int_equal(r->utcb->mr[0], first);
		else
			assert_int_equal(r->utcb->error, L4_IPC_RETIMEOUT);
	}
	for (int i = 0; i < SENDERS; i++) {
		if (i == first)
			senders[i].since = 0;
		assert_int_equal(senders[i].thread->ipc.state != IPC_IDLE, senders[i].since != 0);
	}
}

static void one_queue(enum place place, bool bind)
{
	struct task *task = fake_task(f);
	struct thread *r = fake_thread(f, task, 7, 7);
	struct gate *g = gate_create(f);
	struct semaphore *s = semaphore_create(f);
	unsigned long now = 0;

	fake_give(task, 8, &g->obj, CAP_ALL);
	fake_give(task, 9, &s->base.obj, CAP_ALL);
	kobj_unpin(&g->obj);
	kobj_unpin(&s->base.obj);
	for (int i = 0; i < SENDERS; i++) {
		senders[i].thread = fake_thread(f, task, i, 10 + i);
		senders[i].since = 0;
	}
	for (unsigned n = 0; n < QUEUE_ROUNDS; n++) {
		int i = rand() % SENDERS;

		if (place != AT_GATE || !g->thread) {
			if (!senders[i].since) {
				begin(i, place, ++now);
			} else if (rand() % 4 == 0) {
				ipc_cancel(senders[i].thread);
				senders[i].since = 0;
			}
		}
		if (place == AT_GATE && bind && n % 50 == 49) {
			gate_bind(g, r, 0);
			while (model_first() >= 0)
				serve(r, s, place);
			break;
		}
		if (place != AT_GATE && rand() % 3 == 0)
			serve(r, s, place);
	}
	fake_end(task);
}

static void queues(void **state)
{
	(void)state;
	one_queue(AT_THREAD, false);
	one_queue(AT_SEMAPHORE, false);
	for (unsigned n = 0; n < 100; n++)
		one_queue(AT_GATE, true);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = { T(capabilities), T(timer_queue), T(queues) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
