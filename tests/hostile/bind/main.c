/* SPDX-License-Identifier: MIT */
/*
 * Resumes by way of the stub: what the user task gets and gives, that interrupts lose and repeat
 * nothing, that what is revoked is gone at once. Then the attacks.
 *
 *	l4ux run bind
 */
#include "bind.h"

#include "common/peer.h"

#include <l4/abi/ux.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/irq.h>
#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <stdio.h>
#include <stdlib.h>

#define IRQ_LABEL 0x50
#define ROUNDS 3000
#define ROUNDS_BEFORE 50
#define SPIN_US 30000
#define TICK_US 700

l4_cap_idx_t user_task;
volatile l4_umword_t *counter;
l4_cap_idx_t ticker_thread;
volatile bool user_ran;

static char page[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static char ticker_stack[L4_PAGESIZE] __attribute__((aligned(16)));
static volatile bool ticking;
static l4_cap_idx_t irq;

void check(bool ok, const char *what)
{
	printf("bind: %s: %s\n", what, ok ? "ok" : "FAILED");
	if (!ok)
		exit(EXIT_FAILURE);
}

void spin_a_while(void)
{
	l4_kernel_clock_t end = l4_kip_clock(l4_kip()) + SPIN_US;

	while (l4_kip_clock(l4_kip()) < end)
		__asm__ volatile("pause");
}

static void watch(void)
{
	l4_umword_t before = *counter, label;

	spin_a_while();
	user_ran = *counter != before;
	l4_ipc(L4_INVALID_CAP, l4_utcb(), L4_SYSF_SEND | L4_SYSF_REPLY, 0, l4_msgtag(0, 0, 0, 0),
	       &label, L4_IPC_BOTH_TIMEOUT_0);
}

static void ticker(void)
{
	l4_umword_t label;
	l4_msgtag_t tag;

	for (;;) {
		tag = l4_ipc_wait(l4_utcb(), &label,
				  l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(TICK_US)));
		if (!l4_msgtag_has_error(tag) && l4_msgtag_label(tag) == WATCH)
			watch();
		else if (ticking)
			l4_irq_trigger(irq);
	}
}

void tick(bool on)
{
	ticking = on;
}

void user_at(const char *ip)
{
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)ip,
				.rbx = (l4_umword_t)counter,
				.r13 = USER_R13,
				.r15 = 0x1515,
				.r8 = 0x8888,
				.r9 = 0x9999,
				.r10 = 0xaaaa,
				.rdi = 0xd1d1,
				.rsi = 0x5151,
				.rbp = 0xb9b9,
				.rdx = 0xd8d8,
				.sp = 0x123456789ab8,
				.cs = L4_USER_CS64,
				.ss = L4_USER_DS,
				.flags = 0x202,
				.fs_base = 0xf5f5000 };
}

long run_user(enum way way)
{
	l4_utcb_mr()->mr[0] = L4_THREAD_VCPU_RESUME_OP;
	V->user_task = user_task;
	return (long)bind_run(V, (l4_umword_t)L4_PROTO_THREAD << 16 | 1,
			      way == BY_STUB ? L4_UX_RESUME : (l4_umword_t)bind_plain);
}

/* Past the system call, with what it leaves. */
static void call_done(void)
{
	V->r.ip += 2;
	V->r.rax = 0;
	V->r.cs = L4_USER_CS64;
}

static bool is_call(l4_umword_t count)
{
	const l4_exc_regs_t *r = &V->r;

	return r->trapno == L4_TRAP_SYSCALL && !r->err && r->ip == (l4_umword_t)user_at_call &&
	       r->rax == USER_CALL_RAX && r->rcx == 0x8888 && r->r12 == count &&
	       r->r13 == USER_R13 && r->r15 == 0x1515 && r->r8 == 0x8888 && r->r9 == 0x9999 &&
	       r->r10 == 0xaaaa && r->rdi == 0xd1d1 && r->rsi == 0x5151 && r->rbp == 0xb9b9 &&
	       r->rdx == 0xd8d8 && r->sp == 0x123456789ab8 && r->fs_base == 0xf5f5000 &&
	       r->ss == L4_USER_DS && (r->flags & 0x200);
}

static bool is_bound(void)
{
	return *(volatile l4_umword_t *)TABLE == STATE_ADDR;
}

static void user_task_make(void)
{
	user_task = peer_task_create();
	*counter = 0;
	peer_map(user_task, counter, L4_PAGESIZE, L4_FPAGE_RW);
}

void bind_another(void)
{
	user_task_make();
	for (unsigned i = 0; i < ROUNDS_BEFORE; i++) {
		user_at(user_calls);
		must(run_user(BY_STUB) ? -L4_EINVAL : 0, "resume");
	}
}

void bind_now(void)
{
	l4_task_delete_obj(L4_BASE_TASK_CAP, user_task);
	user_task_make();
	for (unsigned i = 0; i < ROUNDS_BEFORE && (!i || !is_bound()); i++) {
		user_at(user_calls);
		must(run_user(BY_STUB) ? -L4_EINVAL : 0, "resume");
	}
	must(is_bound() ? 0 : -L4_EINVAL, "be bound");
	call_done();
}

static void calls(void)
{
	bool right = true;

	*counter = 0;
	user_at(user_calls);
	for (unsigned i = 1; right && i <= ROUNDS; i++) {
		right = !run_user(BY_STUB) && is_call(i) && !V->state && *counter == i;
		call_done();
	}
	check(right, "system calls arrive with all registers");
	check(is_bound(), "and they are bound");
}

/* Each system call is seen once, whenever an interrupt comes. */
static void interrupts(void)
{
	l4_umword_t count = 0, ticks = 0;
	bool right = true;

	user_at(user_calls);
	tick(true);
	while (right && (ticks < 200 || count <= 200)) {
		right = !run_user(BY_STUB);
		if (V->r.trapno == L4_TRAP_VCPU_IPC) {
			right = right && V->i.label == IRQ_LABEL;
			ticks++;
		} else {
			right = right && is_call(++count);
			call_done();
		}
	}
	tick(false);
	if (!right)
		printf("bind: trap %lu at 0x%lx, r12 %lu, count %lu\n", V->r.trapno, V->r.ip,
		       V->r.r12, count);
	check(right, "200 interrupts lose no system call and repeat none");
}

static void spinning(void)
{
	bool right = true;

	user_at(user_spins);
	tick(true);
	for (unsigned i = 0; right && i < 20; i++)
		right = !run_user(BY_STUB) && V->r.trapno == L4_TRAP_VCPU_IPC &&
			V->r.ip >= (l4_umword_t)user_spins && V->r.ip < (l4_umword_t)user_spins + 8;
	tick(false);
	check(right, "interrupts end user code that makes no call");
}

/* What bound code cannot do any more from the next instruction on. */
static void revoked(unsigned rights, l4_umword_t err, const char *what)
{
	l4_umword_t before;

	bind_now();
	before = *counter;
	l4_task_unmap(user_task, l4_fpage((l4_addr_t)counter, L4_PAGESHIFT, rights),
		      L4_FP_ALL_SPACES);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_PF && V->r.pfa == (l4_umword_t)counter &&
		      V->r.err == err && *counter == before && V->r.ip == (l4_umword_t)user_calls,
	      what);
	peer_map(user_task, counter, L4_PAGESIZE, L4_FPAGE_RW);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_SYSCALL && *counter == before + 1,
	      "and it goes on when it is back");
}

static void machine(void)
{
	l4_fpage_t area = l4_fpage(STATE_ADDR, L4_PAGESHIFT, 0);
	l4_umword_t *mr = l4_utcb_mr()->mr;

	counter = (l4_umword_t *)page;
	irq = cap_alloc();
	must(l4_error(l4_task_add_ku_mem(L4_BASE_TASK_CAP, &area)), "add kernel-user memory");
	must(l4_error(l4_thread_vcpu_control(L4_BASE_THREAD_CAP, STATE_ADDR)), "become a vCPU");
	V->entry_ip = (l4_umword_t)bind_entry;
	must(l4_error(l4_factory_create_irq(L4_BASE_FACTORY_CAP, irq)), "create an IRQ");
	must(l4_error(l4_rcv_ep_bind_thread(irq, L4_BASE_THREAD_CAP, IRQ_LABEL)), "bind the IRQ");
	user_task_make();
	mr[0] = L4_UX_THREAD_VCPU_FPU_OP;
	mr[1] = user_task;
	mr[2] = mr[3] = 0;
	must(l4_error(l4_ipc_call(L4_BASE_THREAD_CAP, l4_utcb(),
				  l4_msgtag(L4_PROTO_THREAD, 4, 0, 0), L4_IPC_NEVER)),
	     "keep vector states apart");
	ticker_thread = peer_thread_start(L4_BASE_TASK_CAP, utcb_alloc(), L4_BASE_PAGER_CAP, ticker,
					  ticker_stack, sizeof(ticker_stack));
}

int main(void)
{
	if (!l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_RESUME)) {
		printf("bind: this kernel does not announce ux_resume\n");
		return EXIT_SUCCESS;
	}
	machine();
	calls();
	interrupts();
	spinning();
	revoked(L4_FPAGE_RWX, L4_PF_USER | L4_PF_WRITE, "a page that is unmapped is gone");
	revoked(L4_FPAGE_W, L4_PF_USER | L4_PF_WRITE | L4_PF_PRESENT,
		"a page that is made read-only is that");
	vector();
	user_attacks();
	attacks(true);
	if (l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_DIRECT_CALL))
		direct();
	printf("bind: all right\n");
	return EXIT_SUCCESS;
}
