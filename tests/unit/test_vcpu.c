// SPDX-License-Identifier: MIT
/* vCPU: upcalls, resume, pending messages, and state areas that lie. */
#include "fake_system.h"

#include "core/fault.h"
#include "core/irq.h"

#include <l4/abi/ops.h>
#include <l4/abi/ux.h>
#include <string.h>

#define SLOT(n) ((uint64_t)(n) << L4_CAP_SHIFT)
#define STATE_ADDR (UTCB_BASE + 0x1000)

static struct factory *f;
static struct task *server, *user;
static struct thread *t; /* slot 3 */
static l4_vcpu_state_t *v;

static void control(void)
{
	t->utcb->mr[0] = L4_THREAD_VCPU_CONTROL_OP;
	t->utcb->mr[1] = STATE_ADDR;
	assert_int_equal(fake_syscall(t, SLOT(3) | L4_SYSF_CALL, call_tag(-12, 2, 0), 0), 0);
}

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	server = fake_task(f);
	user = fake_task(f);
	t = fake_thread(f, server, 0, 3);
	v = task_ku_ptr(server, STATE_ADDR, sizeof(*v));
	control();
	v->entry_ip = 0x5000;
	v->entry_sp = 0x6000;
	fake_give(server, 20, &user->obj, CAP_ALL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_end(server);
	fake_end(user);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	return 0;
}

static uint64_t resume(void)
{
	t->utcb->mr[0] = L4_THREAD_VCPU_RESUME_OP;
	return fake_syscall(t, L4_INVALID_CAP | L4_SYSF_CALL, call_tag(-12, 1, 0), 0);
}

static void enter_user(void)
{
	v->user_task = SLOT(20);
	v->saved_state = L4_VCPU_F_USER_MODE | L4_VCPU_F_IRQ;
	v->r.ip = 0x1234;
	v->r.sp = 0x8888;
	v->r.rbx = 77;
	resume();
	assert_true(t->vcpu.in_user);
}

static void system_call_is_an_upcall(void **state)
{
	(void)state;
	enter_user();
	assert_int_equal(t->regs.ip, 0x1234);
	assert_int_equal(t->regs.rbx, 77);
	t->regs.ip = 0x1236;
	fault_syscall(t);
	assert_false(t->vcpu.in_user);
	assert_int_equal(v->r.trapno, L4_TRAP_SYSCALL);
	assert_int_equal(v->r.ip, 0x1234);
	assert_int_equal(v->r.sp, 0x8888);
	assert_int_equal(t->regs.ip, 0x5000);
	assert_int_equal(t->regs.sp, 0x6000);
	assert_int_equal(t->regs.rdi, STATE_ADDR);
	assert_int_equal(v->state, 0);
	assert_int_equal(v->saved_state & L4_VCPU_F_USER_MODE, L4_VCPU_F_USER_MODE);
}

static void page_fault_carries_the_write_bit(void **state)
{
	(void)state;
	enter_user();
	fault_page_fault(t, 0x4567, L4_PF_USER | L4_PF_WRITE);
	assert_int_equal(v->r.trapno, L4_TRAP_PF);
	assert_int_equal(v->r.pfa, 0x4567);
	assert_int_equal(v->r.err, L4_PF_USER | L4_PF_WRITE);
}

static void irq_waits_for_the_flag(void **state)
{
	struct irq *i = irq_create(f);

	(void)state;
	fake_give(server, 21, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	i->thread = thread_of(kobj_pin(&t->obj));
	i->snd.label = 0x99;
	i->base.hit(&i->base);
	assert_int_equal(v->sticky_flags, L4_VCPU_SF_IRQ_PENDING);
	/* Going to user mode with a message pending: the upcall comes at once. */
	v->user_task = SLOT(20);
	v->saved_state = L4_VCPU_F_USER_MODE | L4_VCPU_F_IRQ;
	v->r.ip = 0x1234;
	resume();
	assert_false(t->vcpu.in_user);
	assert_int_equal(v->r.trapno, L4_TRAP_VCPU_IPC);
	assert_int_equal(v->i.label, 0x99);
	assert_int_equal(v->r.ip, 0x1234);
	assert_int_equal(v->sticky_flags, 0);
	assert_int_equal(t->regs.sp, 0x6000);
	/* In the vCPU itself with the flag set: on the interrupted stack. */
	v->state = L4_VCPU_F_IRQ;
	t->regs.sp = 0x7000;
	i->base.hit(&i->base);
	assert_int_equal(t->regs.sp, 0x7000);
	assert_int_equal(t->regs.ip, 0x5000);
}

static void resume_refuses(void **state)
{
	(void)state;
	v->user_task = SLOT(30); /* empty slot */
	v->saved_state = L4_VCPU_F_USER_MODE;
	assert_int_equal((long)resume() >> 16, -L4_ENOENT);
	v->user_task = SLOT(3); /* a thread */
	assert_int_equal((long)resume() >> 16, -L4_ENOENT);
	cap_unmap(server, 20, 0, L4_CAP_FPAGE_S, false);
	v->user_task = SLOT(20);
	assert_int_equal((long)resume() >> 16, -L4_EPERM);
	v->user_task = L4_INVALID_CAP;
	assert_int_equal((long)resume() >> 16, -L4_ENOENT);
	assert_false(t->vcpu.in_user);
}

static long all_registers(uint64_t task)
{
	t->utcb->mr[0] = L4_UX_THREAD_VCPU_CALL_OP;
	t->utcb->mr[1] = task;
	return (long)fake_syscall(t, L4_INVALID_CAP | L4_SYSF_CALL, call_tag(-12, 2, 0), 0) >> 16;
}

static void call_in_part(void **state)
{
	(void)state;
	v->saved_state = L4_VCPU_F_USER_MODE;
	assert_int_equal(all_registers(SLOT(20)), -L4_ENOENT); /* it is at no call */
	fake.user_at_call = true;
	assert_int_equal(all_registers(SLOT(30)), -L4_ENOENT);
	assert_int_equal(all_registers(SLOT(3)), -L4_ENOENT); /* a thread */
	assert_int_equal(all_registers(SLOT(1)), -L4_ENOENT); /* its own task, or nothing */
	assert_false(t->vcpu.partial);
	assert_int_equal(all_registers(L4_INVALID_CAP), 0);
	assert_true(t->vcpu.partial);
	all_registers(SLOT(20));
	assert_false(t->vcpu.in_user);
	assert_ptr_equal(t->vcpu.user_task, user);
	assert_int_equal(v->r.trapno, L4_TRAP_SYSCALL);
	assert_int_equal(v->r.err, 0);
	assert_int_equal(v->r.ip, 0x4444);
	assert_int_equal(v->r.rbx, 88);
	assert_int_equal(t->regs.ip, 0x5000);
	assert_int_equal(t->regs.sp, 0x6000);
	cap_unmap(server, 20, 0, L4_CAP_FPAGE_S, false);
	assert_int_equal(all_registers(SLOT(20)), -L4_EPERM);
}

static void deleted_user_task(void **state)
{
	(void)state;
	enter_user();
	t->regs.ip += 2;
	fault_syscall(t);
	kobj_kill(&user->obj);
	v->saved_state = L4_VCPU_F_USER_MODE;
	assert_int_equal((long)resume() >> 16, -L4_ENOENT);
}

static void hostile_registers(void **state)
{
	(void)state;
	memset(&v->r, 0xff, sizeof(v->r));
	v->r.fs_base = 0x800000000000; /* not canonical */
	v->user_task = SLOT(20);
	v->saved_state = 0xffff;
	resume();
	assert_true(t->vcpu.in_user);
	assert_int_equal(t->regs.cs, L4_USER_CS64);
	assert_int_equal(t->regs.flags & 0x3000, 0); /* IOPL */
	assert_int_equal(t->regs.flags & 0x4000, 0); /* NT */
	assert_int_equal(t->regs.fs_base, 0);
}

static void control_wants_ku_mem(void **state)
{
	(void)state;
	t->utcb->mr[0] = L4_THREAD_VCPU_CONTROL_OP;
	t->utcb->mr[1] = STATE_ADDR + 0x1000 - 8;
	assert_int_equal((long)fake_syscall(t, SLOT(3) | L4_SYSF_CALL, call_tag(-12, 2, 0), 0) >>
				 16,
			 -L4_EINVAL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(system_call_is_an_upcall), T(page_fault_carries_the_write_bit),
		T(irq_waits_for_the_flag),   T(resume_refuses),
		T(deleted_user_task),        T(hostile_registers),
		T(control_wants_ku_mem),     T(call_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
