// SPDX-License-Identifier: MIT
/* Injected faults: what each does to the core, and when it strikes. */
#include "fake_system.h"

#include "core/fault.h"
#include "core/ipc.h"
#include "core/irq.h"
#include "core/mapdb.h"
#include "core/sched.h"
#include "core/timer.h"
#include "fault/plan.h"

#include <l4/abi/ops.h>
#include <string.h>

#define SELF L4_INVALID_CAP
#define SLOT(n) ((uint64_t)(n) << L4_CAP_SHIFT)
#define OPEN_WAIT (SELF | L4_SYSF_WAIT)

static struct factory *f;
static struct task *task;
static struct thread *x, *y; /* slots 3 and 4 */
static struct fault_plan plan;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	task = fake_task(f);
	x = fake_thread(f, task, 0, 3);
	y = fake_thread(f, task, 1, 4);
	strcpy(task->obj.name, "server");
	strcpy(y->obj.name, "y");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fault_stop();
	fake_end(task);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	assert_int_equal(timer_next(), UINT64_MAX);
	return 0;
}

/* The only fault, which strikes at the @nth event. */
static struct fault_plan *arm(enum fault_effect effect, uint64_t nth)
{
	plan = (struct fault_plan){ .first = nth, .last = nth };
	for (unsigned i = 0; i < FAULT_POINTS; i++)
		if (fault_points[i].effect == effect)
			plan.point = &fault_points[i];
	plan.arg = plan.point->arg_default;
	assert_true(fault_arm(&plan));
	fault_start(0, 0);
	return &plan;
}

static uint64_t ask_clock(struct thread *t)
{
	t->utcb->mr[0] = L4_THREAD_STATS_OP;
	t->regs.rax = call_tag(L4_PROTO_THREAD, 1, 0);
	t->regs.rdx = SELF | L4_SYSF_CALL;
	t->regs.r8 = 0;
	fault_syscall(t);
	return t->regs.rax;
}

static void table(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FAULT_POINTS; i++) {
		assert_non_null(fault_points[i].name);
		assert_non_null(fault_points[i].help);
		assert_true(fault_points[i].event < FAULT_EVENTS);
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(fault_points[i].name, fault_points[k].name);
	}
}

static void which_event(void **state)
{
	struct fault_plan *p = arm(FAULT_REG_FLIP, 3);

	(void)state;
	p->last = 4;
	p->arg = 1 * 64 + 7; /* rbx */
	x->regs.rbx = 0;
	for (unsigned i = 1; i <= 6; i++) {
		ask_clock(x);
		assert_int_equal(x->regs.rbx, i == 3 ? 1U << 7 : 0);
	}
	assert_int_equal(p->seen, 6);
	assert_int_equal(p->fired, 2);
}

static void which_target(void **state)
{
	struct fault_plan *p = arm(FAULT_REG_FLIP, 1);

	(void)state;
	strcpy(p->target.name, "y");
	ask_clock(x);
	assert_int_equal(p->seen, 0);
	ask_clock(y);
	assert_int_equal(p->fired, 1);
	/* by the name of the task, by the beginning of a name, by number */
	strcpy(p->target.name, "server");
	ask_clock(x);
	assert_int_equal(p->seen, 2);
	strcpy(p->target.name, "serv");
	ask_clock(x);
	assert_int_equal(p->seen, 2);
	p->target.prefix = true;
	ask_clock(x);
	assert_int_equal(p->seen, 3);
	p->target.id = x->obj.id;
	ask_clock(y);
	assert_int_equal(p->seen, 3);
	ask_clock(x);
	assert_int_equal(p->seen, 4);
}

static void not_before(void **state)
{
	struct fault_plan *p = arm(FAULT_REG_FLIP, 1);

	(void)state;
	p->not_before = 500;
	ask_clock(x);
	fake.now += 499;
	ask_clock(x);
	assert_int_equal(p->fired, 0);
	fake.now++;
	ask_clock(x);
	assert_int_equal(p->fired, 1);
}

static void dry_counts(void **state)
{
	struct fault_plan *p = arm(FAULT_THREAD_KILL, 1);

	(void)state;
	p->dry = true;
	ask_clock(x);
	assert_int_equal(p->seen, 1);
	assert_int_equal(p->fired, 0);
	assert_false(x->obj.dead);
}

static void entry_limit(void **state)
{
	(void)state;
	fault_start(3, 124);
	ask_clock(x);
	ask_clock(x);
	assert_int_equal(fake.shutdown, -1);
	ask_clock(x);
	assert_int_equal(fake.shutdown, 124);
	assert_int_equal(fault_entries(), 3);
}

static void registers(void **state)
{
	struct fault_plan *p = arm(FAULT_REG_FLIP, 1);
	uint64_t before, after;

	(void)state;
	p->last = UINT64_MAX;
	for (uint64_t n = 0; n < FAULT_REGISTERS; n++) {
		l4_exc_regs_t old = x->regs;

		p->arg = n * 64 + 63;
		assert_false(fault_entry(x));
		before = after = 0;
		for (unsigned i = 0; i < sizeof(old) / 8; i++) {
			before += ((uint64_t *)&old)[i] >> 63;
			after += ((uint64_t *)&x->regs)[i] >> 63;
		}
		assert_int_equal(after, before + 1);
		fault_entry(x);
		assert_memory_equal(&old, &x->regs, sizeof(old));
	}
}

static void memory(void **state)
{
	struct fault_plan *p = arm(FAULT_RAM_FLIP, 1);

	(void)state;
	p->last = UINT64_MAX;
	space_enter(&task->space, NULL, 0x400000, 0x2000, 12, L4_FPAGE_RW);
	space_enter(&task->space, NULL, 0x500000, 0x1000, 12, L4_FPAGE_R);
	p->arg = 8 * 5 + 1; /* bit 41 of the first page */
	fault_entry(x);
	assert_int_equal(fake.ram[0x2005], 2);
	p->arg = 8 * 4096 + 2; /* the first byte of the second one */
	fault_entry(x);
	assert_int_equal(fake.ram[0x1000], 4);
	p->arg += 2 * 8 * 4096; /* as many as there are, again */
	fault_entry(x);
	assert_int_equal(fake.ram[0x1000], 0);
	p->address = true;
	p->arg = 0x500123UL * 8 + 7;
	fault_entry(x);
	assert_int_equal(fake.ram[0x1123], 0x80);
	assert_int_equal(p->fired, 4);
	/* nobody's memory, and kernel-user memory, which is no RAM */
	p->arg = 0x600000UL * 8;
	fault_entry(x);
	p->arg = UTCB_BASE * 8;
	fault_entry(x);
	assert_int_equal(p->fired, 4);
}

static void code(void **state)
{
	struct fault_plan *p = arm(FAULT_CODE_FLIP, 1);

	(void)state;
	space_enter(&task->space, NULL, 0x400000, 0x3000, 12, L4_FPAGE_RX);
	x->regs.ip = 0x400010;
	p->arg = 9;
	fault_entry(x);
	assert_int_equal(fake.ram[0x3011], 2);
}

static void death_of_thread(void **state)
{
	(void)state;
	arm(FAULT_THREAD_KILL, 2);
	ask_clock(x);
	kobj_pin(&x->obj);
	ask_clock(x);
	assert_true(x->obj.dead);
	assert_false(y->obj.dead);
	kobj_unpin(&x->obj);
}

static void death_of_task(void **state)
{
	struct thread *t;
	struct task *other = fake_task(f);

	(void)state;
	t = fake_thread(f, other, 0, 3);
	strcpy(other->obj.name, "other");
	strcpy(arm(FAULT_TASK_KILL, 1)->target.name, "other");
	ask_clock(x);
	kobj_pin(&t->obj);
	ask_clock(t);
	assert_true(t->obj.dead);
	assert_true(other->obj.dead);
	kobj_unpin(&t->obj);
	kobj_unpin(&other->obj);
	assert_false(task->obj.dead);
}

static void message_aborted(void **state)
{
	struct fault_plan *p = arm(FAULT_IPC_ABORT, 1);

	(void)state;
	fake_syscall(y, OPEN_WAIT, 0, 0);
	fake_syscall(x, SLOT(4) | L4_SYSF_SEND, call_tag(5, 1, 0), 0);
	assert_true(x->regs.rax & L4_MSGTAG_ERROR);
	assert_int_equal(x->utcb->error, L4_IPC_SEABORTED);
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
	fake_syscall(x, SLOT(4) | L4_SYSF_SEND, call_tag(5, 1, 0), 0);
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_int_equal(p->fired, 1);
}

static void message_delayed(void **state)
{
	struct fault_plan *p = arm(FAULT_IPC_DELAY, 1);

	(void)state;
	p->arg = 300;
	fake_syscall(y, OPEN_WAIT, 0, 0);
	x->utcb->mr[0] = 42;
	fake_syscall(x, SLOT(4) | L4_SYSF_CALL, call_tag(5, 1, 0), 0);
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
	assert_int_equal(x->ipc.state, IPC_SENDING);
	assert_int_equal(timer_next(), fake.now + 300);
	fake.now += 300;
	timer_expire(fake.now);
	ipc_run_pending();
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_int_equal(y->utcb->mr[0], 42);
	assert_int_equal(x->ipc.state, IPC_RECEIVING);
	fake_syscall(y, SELF | L4_SYSF_REPLY | L4_SYSF_SEND, call_tag(9, 0, 0), TIMEOUT_ZERO_SEND);
	assert_int_equal((long)x->regs.rax >> 16, 9);
}

/* Who dies meanwhile, and who waits when the faults are forgotten, leaves nothing behind. */
static void delayed_and_dead(void **state)
{
	(void)state;
	arm(FAULT_IPC_DELAY, 1)->last = UINT64_MAX;
	fake_syscall(x, SLOT(4) | L4_SYSF_SEND, call_tag(5, 1, 0), 0);
	fake_syscall(y, SLOT(3) | L4_SYSF_SEND, call_tag(5, 1, 0), 0);
	kobj_kill(&y->obj);
	fake.now += 10000;
	timer_expire(fake.now);
	assert_int_equal(x->utcb->error, L4_IPC_ENOT_EXISTENT);
	assert_int_equal(x->ipc.state, IPC_IDLE);
	fake_syscall(x, SLOT(3) | L4_SYSF_SEND, call_tag(5, 1, 0), 0);
	assert_int_equal(x->ipc.state, IPC_SENDING);
	fault_stop();
}

static void map_refused(void **state)
{
	struct task *other = fake_task(f);
	struct map_range r = { .src = 0x400000, .dst = 0x500000, .order = 12 };

	(void)state;
	strcpy(other->obj.name, "other");
	space_enter(&task->space, NULL, 0x400000, 0x2000, 12, L4_FPAGE_RW);
	strcpy(arm(FAULT_MAP_REFUSE, 2)->target.name, "other");
	assert_int_equal(mapdb_map(&task->space, &other->space, r, L4_FPAGE_R, false), 1);
	assert_int_equal(mapdb_map(&task->space, &task->space, r, L4_FPAGE_R, false), 1);
	assert_int_equal(mapdb_map(&task->space, &other->space, r, L4_FPAGE_R, false), -L4_ENOMEM);
	assert_int_equal(mapdb_map(&task->space, &other->space, r, L4_FPAGE_R, false), 1);
	plan.first = plan.last = 4;
	assert_int_equal(cap_map(task, 3, other, 3, 0, CAP_ALL | L4_CAP_FPAGE_R, 0, false),
			 -L4_ENOMEM);
	fake_end(other);
}

static void factory_empty(void **state)
{
	unsigned objects;

	(void)state;
	fake_give(task, 5, &f->obj, CAP_ALL);
	arm(FAULT_FACTORY_OOM, 1);
	objects = kobj_count();
	x->utcb->mr[0] = L4_PROTO_THREAD;
	x->utcb->bdr = 0;
	x->utcb->br[0] = 9UL << L4_CAP_SHIFT | L4_RCV_ITEM_SINGLE_CAP | L4_ITEM_MAP;
	assert_int_equal((long)fake_syscall(x, SLOT(5) | L4_SYSF_CALL,
					    call_tag(L4_PROTO_FACTORY, 1, 0), 0) >>
				 16,
			 -L4_ENOMEM);
	assert_int_equal(kobj_count(), objects);
	x->utcb->mr[0] = L4_PROTO_THREAD;
	fake_syscall(x, SLOT(5) | L4_SYSF_CALL, call_tag(L4_PROTO_FACTORY, 1, 0), 0);
	assert_int_equal(kobj_count(), objects + 1);
}

/* An IRQ in slot 6 that is bound to y, which waits for it. */
static struct irq *irq_of_y(void)
{
	struct irq *i = irq_create(f);

	fake_give(task, 6, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	x->utcb->mr[0] = L4_RCV_EP_BIND_OP;
	x->utcb->mr[1] = 0x70;
	x->utcb->mr[2] = L4_ITEM_MAP;
	x->utcb->mr[3] = SLOT(4) | L4_FPAGE_OBJ << L4_FPAGE_TYPE_SHIFT | CAP_ALL;
	fake_syscall(x, SLOT(6) | L4_SYSF_CALL, call_tag(L4_PROTO_KOBJECT, 2, 1), 0);
	assert_ptr_equal(i->thread, y);
	fake_syscall(y, OPEN_WAIT, 0, 0);
	return i;
}

static void trigger(void)
{
	fake_syscall(x, SLOT(6) | L4_SYSF_SEND, call_tag(L4_PROTO_IRQ, 0, 0), 0);
}

static void irq_lost(void **state)
{
	(void)state;
	irq_of_y();
	arm(FAULT_IRQ_LOST, 1);
	trigger();
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
	trigger();
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_int_equal(y->regs.rsi, 0x70);
}

static void irq_late(void **state)
{
	(void)state;
	irq_of_y();
	arm(FAULT_IRQ_LATE, 1)->arg = 50;
	trigger();
	assert_int_equal(y->ipc.state, IPC_RECEIVING);
	fake.now += 50;
	timer_expire(fake.now);
	assert_int_equal(y->ipc.state, IPC_IDLE);
}

static void irq_double(void **state)
{
	struct irq *i = irq_of_y();

	(void)state;
	arm(FAULT_IRQ_DOUBLE, 1);
	trigger();
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_true(i->queued);
}

static void irq_spurious(void **state)
{
	struct fault_plan *p = arm(FAULT_IRQ_SPURIOUS, 1);

	(void)state;
	fault_entry(x); /* there is none */
	assert_int_equal(p->fired, 0);
	p->last = UINT64_MAX;
	irq_of_y();
	p->arg = 7;
	fault_entry(x);
	assert_int_equal(y->ipc.state, IPC_IDLE);
	assert_true(p->fired >= 1);
}

static void too_many(void **state)
{
	static struct fault_plan many[FAULT_PLANS_MAX + 1];

	(void)state;
	for (unsigned i = 0; i <= FAULT_PLANS_MAX; i++) {
		many[i].point = &fault_points[0];
		assert_int_equal(fault_arm(&many[i]), i < FAULT_PLANS_MAX);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(table),           TEST(which_event),      TEST(which_target),
		TEST(not_before),      TEST(dry_counts),       TEST(entry_limit),
		TEST(registers),       TEST(memory),           TEST(code),
		TEST(death_of_thread), TEST(death_of_task),    TEST(message_aborted),
		TEST(message_delayed), TEST(delayed_and_dead), TEST(map_refused),
		TEST(factory_empty),   TEST(irq_lost),         TEST(irq_late),
		TEST(irq_double),      TEST(irq_spurious),     TEST(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
