// SPDX-License-Identifier: MIT
/* Objects that die in the middle of an operation that uses them, and what must not survive. */
#include "fake_system.h"

#include "core/check.h"
#include "core/fault.h"
#include "core/gate.h"
#include "core/irq.h"
#include "core/mapdb.h"

#include <l4/abi/ops.h>

#define SLOT(n) ((uint64_t)(n) << L4_CAP_SHIFT)
#define CHAIN 60000

static struct factory *f;
static struct task *a, *b;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	a = fake_task(f);
	b = fake_task(f);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_null(check_core());
	fake_end(a);
	fake_end(b);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	assert_int_equal(space_mapping_count(), 0);
	return 0;
}

static void receive_into(struct thread *t, unsigned slot)
{
	t->utcb->bdr = 0;
	t->utcb->br[0] = SLOT(slot) | L4_ITEM_MAP | L4_RCV_ITEM_SINGLE_CAP;
}

/* A new object in the slot of the last capability to one's own task. */
static void creation_over_own_task(void **state)
{
	struct thread *t = fake_thread(f, a, 0, 3);

	(void)state;
	fake_give(a, 2, &f->obj, CAP_ALL);
	receive_into(t, 1);
	t->utcb->mr[0] = L4_PROTO_SEMAPHORE;
	kobj_pin(&t->obj);
	fake_syscall(t, SLOT(2) | L4_SYSF_CALL, call_tag(L4_PROTO_FACTORY, 1, 0), 0);
	assert_true(a->obj.dead);
	assert_true(t->obj.dead);
	kobj_unpin(&t->obj);
}

/* A copy of a capability goes to the slot of the last capability to the task that makes it. */
static void copy_over_own_task(void **state)
{
	struct thread *t = fake_thread(f, a, 0, 3);

	(void)state;
	t->utcb->mr[0] = L4_TASK_MAP_OP;
	t->utcb->mr[1] = SLOT(1);
	t->utcb->mr[2] = SLOT(3) | L4_FPAGE_OBJ << 4 | L4_CAP_FPAGE_RWS;
	t->utcb->mr[3] = L4_ITEM_MAP;
	t->utcb->mr[4] = SLOT(1) | L4_FPAGE_OBJ << 4 | L4_CAP_FPAGE_RWS;
	kobj_pin(&t->obj);
	fake_syscall(t, SLOT(1) | L4_SYSF_CALL, call_tag(L4_PROTO_TASK, 3, 1), 0);
	assert_true(a->obj.dead);
	assert_true(t->obj.dead);
	kobj_unpin(&t->obj);
}

/* A receive from a gate, asked for as its control protocol, when its thread has died. */
static void receive_from_dead_gate(void **state)
{
	struct thread *t = fake_thread(f, a, 0, 3), *r = fake_thread(f, b, 0, 3);
	struct gate *g = gate_create(f);

	(void)state;
	gate_bind(g, r, 0);
	fake_give(a, 4, &g->obj, CAP_ALL);
	kobj_unpin(&g->obj);
	kobj_kill(&r->obj);
	fake_syscall(t, SLOT(4) | L4_SYSF_RECV, call_tag(L4_PROTO_KOBJECT, 1, 0), 0);
	assert_null(check_core());
	assert_int_equal(t->ipc.state, IPC_IDLE);
	assert_int_equal(t->utcb->error & ~1UL, L4_IPC_ENOT_EXISTENT);
}

/* References that do not exist must not keep an object that nobody can name. */
static void invented_references(void **state)
{
	struct thread *t = fake_thread(f, a, 0, 3);
	struct gate *g = gate_create(f);
	unsigned before = kobj_count();

	(void)state;
	fake_give(a, 4, &g->obj, CAP_ALL);
	kobj_unpin(&g->obj);
	t->utcb->mr[0] = L4_KOBJECT_DEC_REFCNT_OP;
	t->utcb->mr[1] = -1000UL;
	fake_syscall(t, SLOT(4) | L4_SYSF_CALL, call_tag(L4_PROTO_KOBJECT, 2, 0), 0);
	cap_remove(cap_lookup(&a->caps, 4));
	assert_int_equal(kobj_count(), before - 1);
}

static uint64_t send_capability(struct thread *s, unsigned dest, unsigned slot)
{
	s->utcb->mr[0] = L4_ITEM_MAP;
	s->utcb->mr[1] = SLOT(slot) | L4_FPAGE_OBJ << 4 | L4_CAP_FPAGE_RWS;
	return fake_syscall(s, SLOT(dest) | L4_SYSF_CALL, call_tag(0, 0, 1), 0);
}

/* The message replaces the last capability to its own receiver. */
static void message_over_receiver(void **state)
{
	struct thread *s = fake_thread(f, a, 0, 3), *r = fake_thread(f, b, 0, 3);

	(void)state;
	fake_give(a, 4, &r->obj, CAP_W | CAP_S | CAP_WEAK);
	receive_into(r, 3);
	fake_syscall(r, L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0);
	send_capability(s, 4, 3);
	assert_int_equal(s->ipc.state, IPC_IDLE);
	assert_int_equal(s->utcb->error & ~1UL, L4_IPC_ENOT_EXISTENT);
	assert_true(list_empty(&b->threads));
}

/* ... to the receiver's task, while the sender is queued. */
static void message_over_receivers_task(void **state)
{
	struct thread *s = fake_thread(f, a, 0, 3), *r = fake_thread(f, b, 0, 3);

	(void)state;
	fake_give(a, 4, &r->obj, CAP_W | CAP_S);
	send_capability(s, 4, 3);
	assert_int_equal(s->ipc.state, IPC_SENDING);
	receive_into(r, 1);
	kobj_pin(&r->obj);
	fake_syscall(r, L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0);
	assert_true(b->obj.dead && r->obj.dead);
	assert_int_equal(s->ipc.state, IPC_IDLE);
	assert_int_equal(s->utcb->error, L4_IPC_SECANCELED);
	kobj_unpin(&r->obj);
}

/*
 * The message replaces the last capability to a gate whose deletion triggers an IRQ, which has the
 * same receiver: that one is taken already, the IRQ waits for its turn.
 */
static void message_triggers_irq(void **state)
{
	struct thread *s = fake_thread(f, a, 0, 3), *r = fake_thread(f, b, 0, 3);
	struct gate *g = gate_create(f);
	struct irq *i = irq_create(f);

	(void)state;
	gate_bind(g, r, 0);
	fake_give(a, 4, &r->obj, CAP_W | CAP_S);
	fake_give(b, 9, &g->obj, CAP_ALL);
	kobj_unpin(&g->obj);
	fake_give(b, 10, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	r->utcb->mr[0] = L4_RCV_EP_BIND_OP;
	r->utcb->mr[1] = 0xabc;
	r->utcb->mr[2] = L4_ITEM_MAP;
	r->utcb->mr[3] = SLOT(3) | L4_FPAGE_OBJ << 4 | L4_CAP_FPAGE_RWS;
	assert_int_equal(fake_syscall(r, SLOT(10) | L4_SYSF_CALL, call_tag(-10, 2, 1), 0), 0);
	r->utcb->mr[0] = L4_THREAD_REGISTER_DELETE_IRQ_OP;
	r->utcb->mr[1] = L4_ITEM_MAP;
	r->utcb->mr[2] = SLOT(10) | L4_FPAGE_OBJ << 4 | L4_CAP_FPAGE_RWS;
	assert_int_equal(
		fake_syscall(r, SLOT(3) | L4_SYSF_CALL, call_tag(L4_PROTO_THREAD, 1, 1), 0), 0);
	receive_into(r, 9);
	fake_syscall(r, L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0);
	send_capability(s, 4, 3);
	assert_int_equal(r->ipc.state, IPC_IDLE);
	assert_int_equal(r->regs.rax, call_tag(0, 0, 1));
	assert_int_equal(s->ipc.state, IPC_RECEIVING);
	fake_syscall(r, L4_INVALID_CAP | L4_SYSF_WAIT, 0, TIMEOUT_ZERO_RECV);
	assert_int_equal(r->regs.rax, 0);
	assert_int_equal(r->regs.rsi, 0xabc);
}

/* A dead but pinned task gets no capabilities any more. */
static void no_capability_for_the_dead(void **state)
{
	struct thread *t = fake_thread(f, a, 0, 3);

	(void)state;
	kobj_kill(&b->obj);
	assert_int_equal(cap_insert(b, 7, &t->obj, CAP_ALL), -L4_ENOMEM);
	assert_null(check_core());
}

/* Pager and exception handler die together, while a fault goes from one to the other. */
static void handlers_die_together(void **state)
{
	struct thread *t = fake_thread(f, a, 0, 3);
	struct thread *pager = fake_thread(f, b, 0, 3), *handler = fake_thread(f, b, 1, 4);

	(void)state;
	fake_give(a, 4, &pager->obj, CAP_W | CAP_S);
	fake_give(a, 5, &handler->obj, CAP_W | CAP_S);
	t->pager = SLOT(4);
	t->exc_handler = SLOT(5);
	fake_syscall(handler, L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0);
	fault_page_fault(t, 0x5000, L4_PF_USER);
	ipc_run_pending();
	kobj_kill(&b->obj);
	ipc_run_pending();
	assert_null(check_core());
}

/* A part of a large page is taken back from somebody who has all of it as one page. */
static void part_of_a_large_page(void **state)
{
	struct map_range r = { 0x200000, 0x40000000, 21 };

	(void)state;
	a->space.identity_start = 0x10000;
	a->space.identity_end = 0x1000000;
	assert_int_equal(mapdb_map(&a->space, &b->space, r, L4_FPAGE_RWX, false), 1);
	r = (struct map_range){ 0x40000000, 0x80000000, 21 };
	assert_int_equal(mapdb_map(&b->space, &b->space, r, L4_FPAGE_RWX, false), 1);
	mapdb_unmap(&a->space, 0x205000, 12, L4_FPAGE_R, false);
	assert_null(space_lookup(&b->space, 0x40005000));
	assert_null(space_lookup(&b->space, 0x80005000));
	assert_non_null(space_lookup(&b->space, 0x40004000));
	assert_non_null(space_lookup(&b->space, 0x80006000));
	assert_null(check_core());
	mapdb_unmap(&a->space, 0x200000, 21, L4_FPAGE_W, false);
	assert_int_equal(space_lookup(&b->space, 0x80006000)->rights, L4_FPAGE_RX);
	fake_end(b);
	b = fake_task(f);
	fake_end(a);
	a = fake_task(f);
}

/* Page tables made on the way to a mapping there is no memory for. */
static void no_empty_tables(void **state)
{
	struct map_range r = { 0x200000, 0x40000000, 12 };

	(void)state;
	a->space.identity_start = 0x10000;
	a->space.identity_end = 0x1000000;
	space_lookup(&a->space, 0x200000);
	for (long n = 1; n <= 3; n++) { /* the mapping, two tables */
		long before = fake.heap_blocks;
		int e;

		fake.fail_alloc_in = n;
		e = mapdb_map(&a->space, &b->space, r, L4_FPAGE_RWX, false);
		fake.fail_alloc_in = 0;
		assert_int_equal(e, -L4_ENOMEM);
		assert_int_equal(fake.heap_blocks, before);
	}
}

/* A vCPU of another task may execute in a task that has died: the machine must forget its pages. */
static void dead_space_is_flushed(void **state)
{
	unsigned flushes = fake.tlb_flushes;
	struct map_range r = { 0x200000, 0x40000000, 12 };

	(void)state;
	a->space.identity_start = 0x10000;
	a->space.identity_end = 0x1000000;
	mapdb_map(&a->space, &b->space, r, L4_FPAGE_RWX, false);
	kobj_kill(&b->obj);
	assert_int_equal(fake.tlb_flushes, flushes + 1);
	assert_int_equal(mapdb_map(&a->space, &b->space, r, L4_FPAGE_RWX, false), -L4_ENOMEM);
}

/* Each factory pays for the next, and only the last has a capability. */
static void chain_of_factories(void **state)
{
	struct factory *last = factory_create(f, 1UL << 40);

	(void)state;
	for (unsigned long i = 0; i < CHAIN; i++) {
		struct factory *next = factory_create(last, (1UL << 40) - (i + 1) * 1024);

		assert_non_null(next);
		kobj_unpin(&last->obj);
		last = next;
	}
	kobj_unpin(&last->obj);
}

/* Each task owns the next. */
static void chain_of_tasks(void **state)
{
	struct task *t = a;

	(void)state;
	for (unsigned i = 0; i < CHAIN / 4; i++) {
		struct task *next = task_create(f);

		fake_give(t, 9, &next->obj, CAP_ALL);
		kobj_unpin(&next->obj);
		t = next;
	}
	kobj_kill(&a->obj);
	assert_int_equal(kobj_count(), 3); /* a and b, pinned by the test, and f */
}

static void odd_ku_mem(void **state)
{
	(void)state;
	for (unsigned order = 0; order < 64; order++) {
		uint64_t fp = 0x50000000 | L4_FPAGE_MEMORY << 4 | order << 6;

		if (order < 12 || order > 17)
			assert_int_equal(task_add_ku_mem(a, &fp), -L4_EINVAL);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(creation_over_own_task),
		TEST(copy_over_own_task),
		TEST(receive_from_dead_gate),
		TEST(invented_references),
		TEST(message_over_receiver),
		TEST(message_over_receivers_task),
		TEST(message_triggers_irq),
		TEST(no_capability_for_the_dead),
		TEST(handlers_die_together),
		TEST(part_of_a_large_page),
		TEST(no_empty_tables),
		TEST(dead_space_is_flushed),
		TEST(chain_of_factories),
		TEST(chain_of_tasks),
		TEST(odd_ku_mem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
