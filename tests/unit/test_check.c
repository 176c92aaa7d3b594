// SPDX-License-Identifier: MIT
/* The checker of invariants: each kind of damage must be seen. */
#include "fake_system.h"

#include "core/check.h"
#include "core/gate.h"
#include "core/mapdb.h"

#define SLOT(n) ((uint64_t)(n) << L4_CAP_SHIFT)

static struct factory *f;
static struct task *a, *b;
static struct thread *x, *y;
static struct gate *g;

static int setup(void **state)
{
	struct map_range r = { 0x200000, 0x40000000, 12 };

	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	a = fake_task(f);
	b = fake_task(f);
	x = fake_thread(f, a, 0, 3);
	y = fake_thread(f, b, 0, 3);
	g = gate_create(f);
	gate_bind(g, y, 0x40);
	fake_give(a, 4, &g->obj, CAP_ALL);
	kobj_unpin(&g->obj);
	a->space.identity_start = 0x10000;
	a->space.identity_end = 0x1000000;
	assert_int_equal(mapdb_map(&a->space, &b->space, r, L4_FPAGE_RWX, false), 1);
	/* x waits for an answer of y. */
	fake_syscall(y, L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0);
	fake_syscall(x, SLOT(4) | L4_SYSF_CALL, 0, 0);
	assert_int_equal(x->ipc.state, IPC_RECEIVING);
	assert_null(check_core());
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
	return 0;
}

/* Damages @lvalue, looks, and repairs it. */
#define DAMAGE(lvalue, value) \
	do { \
		__typeof__(lvalue) was_ = (lvalue); \
		(lvalue) = (value); \
		assert_non_null(check_core()); \
		(lvalue) = was_; \
		assert_null(check_core()); \
	} while (0)

static void objects(void **state)
{
	struct cap *c = cap_lookup(&a->caps, 4);

	(void)state;
	DAMAGE(g->obj.refs, g->obj.refs + 1);
	DAMAGE(c->rights, c->rights | CAP_WEAK);
	DAMAGE(c->obj, &x->obj);
	DAMAGE(c->obj, NULL);
	DAMAGE(b->obj.pins, 0); /* a thread has set one */
	DAMAGE(f->obj.pins, f->obj.pins + 10);
	DAMAGE(b->obj.dead, true);
}

static void communication(void **state)
{
	(void)state;
	DAMAGE(x->ipc.answer, NULL);
	DAMAGE(y->ipc.implicit_reply.caller, NULL);
	DAMAGE(x->ipc.state, IPC_IDLE);
	DAMAGE(x->ipc.state, IPC_SENDING);
	DAMAGE(x->ipc.from, NULL);
	DAMAGE(x->busy, true);
	DAMAGE(y->alive, false);
	DAMAGE(y->prio, y->prio + 1);
	DAMAGE(y->utcb_addr, y->utcb_addr + 8);
	DAMAGE(x->vcpu.in_user, true);
}

static void memory(void **state)
{
	struct mapping *m = space_lookup(&b->space, 0x40000000);

	(void)state;
	DAMAGE(m->parent, NULL);
	DAMAGE(m->space, &a->space);
	DAMAGE(m->va, m->va + 0x1000);
	DAMAGE(m->pa, 0x100000);
	DAMAGE(m->order, 13);
	DAMAGE(f->used, f->used + 1);
	DAMAGE(f->limit, f->used - 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = { T(objects), T(communication), T(memory) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
