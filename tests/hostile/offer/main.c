/* SPDX-License-Identifier: MIT */
/*
 * The calls by which a stub changes its process' memory (stub engine: offer.h, step.h of
 * ux-kernel/engine), made by a program that wants other memory, or more of it, than its pager
 * gives. We are the pager. Two pages have come and gone before, so that the kernel keeps them
 * without rights; when one comes back, what the attacker has asked the host for meanwhile must
 * not be what it gets. With the ptrace engine these calls mean nothing, and nothing is what they
 * do.
 *
 *	l4ux run offer
 *
 * Read offer.h first, then attacker.c.
 */
#include "offer.h"

#include "common/peer.h"

#include <l4/abi/ux.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/task.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define SYS_MPROTECT 10UL
#define SYS_MMAP 9UL
#define SYS_SCHED_YIELD 24UL
#define LABEL 0xbb0UL /* and 4 times the thread's number */
#define RET ((char)0xc3)
#define RACE_MESSAGES 4000U
#define TRIES_MAX 1000U
#define PAGE_FETCH 16UL /* error bits of a fault */
#define HOST (-L4_PAGESIZE)

static char pages[2][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static char stacks[THREADS][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
struct order orders[L4_PAGESIZE / sizeof(struct order)] __attribute__((aligned(L4_PAGESIZE)));

static l4_cap_idx_t task;
static bool has_stub; /* else a jump there is a jump to code that means nothing */

static struct thread {
	l4_umword_t grants;              /* a page that it gets when it faults there, once */
	bool given, denied, made, asked; /* that; not another one; the call; for the next order */
} threads[THREADS];

static void fail(const char *what, const char *name)
{
	printf("offer: %s: %s\n", name, what);
	exit(EXIT_FAILURE);
}

static char *page_at(l4_umword_t at)
{
	return pages[at == PAGE_B];
}

static void take(l4_umword_t at)
{
	must(l4_error(l4_task_unmap(L4_BASE_TASK_CAP,
				    l4_fpage((l4_addr_t)page_at(at), L4_PAGESHIFT, L4_FPAGE_RWX),
				    L4_FP_OTHER_SPACES)),
	     "take a page");
}

static l4_msgtag_t on_fault(struct thread *t, l4_umword_t at)
{
	l4_msgtag_t answer = l4_msgtag(0, 0, 0, 0);
	l4_umword_t page = at & -L4_PAGESIZE;

	if (page != t->grants || (at & (L4_PF_WRITE | PAGE_FETCH)) || t->given) {
		t->denied = true;
		return l4_msgtag(-L4_EFAULT, 0, 0, 0);
	}
	t->given = true;
	l4_sndfpage_add(l4_fpage((l4_addr_t)page_at(page), L4_PAGESHIFT, L4_FPAGE_RO),
			l4_map_control(page, 0, L4_MAP_ITEM_MAP), &answer);
	return answer;
}

/* The end of a call that was not one, after which it shall try what it wanted; or of its try. */
static l4_msgtag_t on_exception(struct thread *t, unsigned n)
{
	l4_exc_regs_t *r = l4_utcb_exc();

	if (r->trapno != L4_TRAP_DB) {
		bool again = r->ip - STUB < L4_PAGESIZE && !t->made;

		t->made |= again;
		t->denied = !again;
		r->ip = (l4_umword_t)(again ? attacker_touches : attacker_asks);
		r->sp = orders[n].stack;
		r->flags = 0x202;
	}
	return l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0);
}

static l4_msgtag_t handle(l4_msgtag_t tag, unsigned n)
{
	struct thread *t = &threads[n];

	if (l4_msgtag_is_page_fault(tag))
		return on_fault(t, l4_utcb_mr()->mr[0]);
	if (l4_msgtag_is_exception(tag))
		return on_exception(t, n);
	if (l4_msgtag_label(tag) == WORK)
		take(PAGE_A);
	else
		t->asked = true;
	return l4_msgtag(0, 0, 0, 0);
}

/* Answers the last message and deals with the next one. */
static void serve(void)
{
	static l4_msgtag_t answer;
	static bool first = true;
	l4_umword_t label;
	l4_msgtag_t tag = first ? l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER)
				: l4_ipc_reply_and_wait(l4_utcb(), answer, &label, L4_IPC_NEVER);

	first = false;
	if (l4_msgtag_has_error(tag))
		must(l4_error(tag), "wait for the attacker");
	answer = handle(tag, (label - LABEL) / 4 % THREADS);
}

static void give_order(unsigned n, struct order o, l4_umword_t grants)
{
	o.stack = orders[n].stack;
	o.cell = has_stub ? CELL + n * CELL_SIZE : (l4_umword_t)orders;
	orders[n] = o;
	threads[n] = (struct thread){ .grants = grants };
}

/* Thread 0, which has asked for an order, gets one. True: it could touch what it wanted. */
static bool obeys(struct order o, l4_umword_t grants, const char *name)
{
	give_order(0, o, grants);
	for (unsigned i = 0; !threads[0].asked; i++) {
		if (i == TRIES_MAX)
			fail("does not come to an end", name);
		serve();
	}
	return !threads[0].denied;
}

static const struct order reads_a = { .at = PAGE_A }, reads_b = { .at = PAGE_B };

static void come_and_go(const struct order *o)
{
	if (!obeys(*o, o->at, "preparation"))
		fail("a page that was given cannot be read", "preparation");
	take(o->at);
}

/*
 * Both pages are where they will be, without rights. One at a time: what is taken together leaves
 * together.
 */
static void prepare(void)
{
	for (unsigned i = 0; i < 3; i++) {
		come_and_go(&reads_a);
		come_and_go(&reads_b);
	}
}

/* What it comes to: it can touch what it wants; it cannot; there is not even a page fault. */
enum result { ABLE_TO, DENIED, REFUSED };

static const struct attack {
	const char *name;
	enum result result;
	struct order order;
} attacks[] = {
#define OFFER_BY(way, page, length, rights) \
	.what = (way), .offset = STUB_OFFER, .nr = SYS_MPROTECT, .rdi = (page), .rsi = (length), \
	.rdx = (rights), .fault_at = PAGE_A
#define OFFER(page, length, rights) OFFER_BY(JUMP, page, length, rights)
#define TO_WRITE(where) .access = WRITE, .at = (where)
#define TO_EXECUTE(where) .access = EXECUTE, .at = (where)
	{ "what comes anyway", ABLE_TO, { OFFER(PAGE_A, FRAME_LEN, PROT_R), .at = PAGE_A } },
	{ "no more than that", DENIED, { OFFER(PAGE_A, FRAME_LEN, PROT_R), TO_WRITE(PAGE_A) } },
	{ "to write", DENIED, { OFFER(PAGE_A, FRAME_LEN, PROT_RW), TO_WRITE(PAGE_A) } },
	{ "to execute", DENIED, { OFFER(PAGE_A, FRAME_LEN, PROT_RWX), TO_EXECUTE(PAGE_A) } },
	{ "half a word", DENIED, { OFFER(PAGE_A, FRAME_LEN, 3UL << 32 | 1), TO_WRITE(PAGE_A) } },
	{ "another page", DENIED, { OFFER(PAGE_B, FRAME_LEN, PROT_R), .at = PAGE_B } },
	{ "a wide range", DENIED, { OFFER(PAGE_A, 1UL << 60 | FRAME_LEN, PROT_R), .at = PAGE_B } },
	{ "all pages", REFUSED, { OFFER(PAGE_A, PAGE_B, PROT_R), .at = PAGE_B } },
	{ "no page", REFUSED, { OFFER(PAGE_A, 0, PROT_R), .at = PAGE_B } },
	{ "the operations", DENIED, { OFFER(STUB_OPS, FRAME_LEN, PROT_RW), TO_WRITE(STUB_OPS) } },
	{ "the stub", DENIED, { OFFER(STUB, FRAME_LEN, PROT_RWX), TO_WRITE(STUB) } },
	{ "a signal stack", DENIED, { OFFER(CELL, FRAME_LEN, PROT_RWX), TO_EXECUTE(CELL) } },
	{ "what comes, step by step",
	  ABLE_TO,
	  { OFFER_BY(JUMP_STEPPED, PAGE_A, FRAME_LEN, PROT_R), .at = PAGE_A } },
	{ "no more, step by step",
	  DENIED,
	  { OFFER_BY(JUMP_STEPPED, PAGE_A, FRAME_LEN, PROT_R), TO_WRITE(PAGE_A) } },
	{ "another end, without a frame",
	  DENIED,
	  { OFFER_BY(JUMP_STEPPED_AWAY, PAGE_A, FRAME_LEN, PROT_R), TO_WRITE(PAGE_A) } },
	{ "the host's", DENIED, { OFFER(HOST, FRAME_LEN, PROT_RW), TO_WRITE(HOST) } },
#define STEP(number) \
	.what = JUMP, .offset = STUB_STEP, .nr = (number), .rdi = PAGE_A, .rsi = L4_PAGESIZE, \
	.rdx = PROT_RW, .fault_at = PAGE_A, TO_WRITE(PAGE_A)
	{ "a step", REFUSED, { STEP(SYS_MPROTECT) } },
	{ "that a step has failed", REFUSED, { STEP(SYS_SCHED_YIELD) } },
	{ "another call from there", REFUSED, { STEP(SYS_MMAP) } },
	{ "that an offer has failed",
	  DENIED,
	  { .what = JUMP,
	    .offset = STUB_NOTIFY,
	    .nr = SYS_SCHED_YIELD,
	    .rdi = AGAIN_MARK,
	    .rdx = CELL + FRAME_AT,
	    .fault_at = PAGE_A,
	    TO_WRITE(PAGE_A) } },
	{ "to keep what is taken", DENIED, { .what = CALL, .at = PAGE_A } },
	{ "to keep it, step by step", DENIED, { .what = CALL_STEPPED, .at = PAGE_A } },
};
#define ATTACKS (sizeof(attacks) / sizeof(attacks[0]))

static void attack(const struct attack *a)
{
	bool takes = a->order.what >= CALL, able;

	prepare();
	if (takes && !obeys(reads_a, PAGE_A, a->name))
		fail("a page that was given cannot be read", a->name);
	able = obeys(a->order, takes ? 0 : PAGE_A, a->name);
	/* Without a stub that does what it is asked for, it just goes on to touch what it wants. */
	if (able != (a->result == ABLE_TO))
		fail(able ? "it could do that" : "it could not do that", a->name);
	if (has_stub && !takes && threads[0].given == (a->result == REFUSED))
		fail("it has come to another end", a->name);
	take(PAGE_A);
	printf("offer: %s: %s\n", a->name, able ? "yes" : "no");
}

/* One page for a thread that reads it, again and again, while another one offers to write it. */
static void race(void)
{
	struct order writes = { OFFER(PAGE_A, FRAME_LEN, PROT_RW), TO_WRITE(PAGE_A) };
	unsigned long done[THREADS] = { 0 };

	prepare();
	peer_thread_start(task, peer_utcb(1), GATE(1), attacker_second, stacks[1], L4_PAGESIZE);
	give_order(0, reads_a, PAGE_A);
	for (unsigned i = 0; i < RACE_MESSAGES; i++) {
		serve();
		for (unsigned n = 0; n < THREADS; n++) {
			if (!threads[n].asked)
				continue;
			if (n && done[n] && !threads[n].denied)
				fail("it could do that", "race");
			done[n]++;
			take(PAGE_A);
			give_order(n, n ? writes : reads_a, PAGE_A);
		}
	}
	printf("offer: race: %lu reads, %lu offers to write\n", done[0], done[1]);
	if (done[0] < 10 || done[1] < 10)
		fail("a thread did not get on", "race");
}

static void machine(void)
{
	task = peer_task_create();
	peer_map(task, stacks, sizeof(stacks), L4_FPAGE_RW);
	peer_map(task, orders, L4_PAGESIZE, L4_FPAGE_RW);
	for (unsigned n = 0; n < THREADS; n++) {
		l4_cap_idx_t gate = cap_alloc();

		must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gate, L4_BASE_THREAD_CAP,
						     LABEL + 4UL * n)),
		     "create a gate");
		peer_give_cap(task, gate, GATE(n));
	}
	peer_thread_start(task, peer_utcb(0), GATE(0), attacker_first, stacks[0], L4_PAGESIZE);
	while (!threads[0].asked)
		serve();
}

int main(void)
{
	has_stub = l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_ENTRY);
	pages[0][0] = pages[1][0] = RET;
	machine();
	for (unsigned i = 0; i < ATTACKS; i++)
		attack(&attacks[i]);
	race();
	if (pages[0][0] != RET || pages[1][0] != RET)
		fail("it was written", "the pages");
	printf("offer: all right\n");
	return EXIT_SUCCESS;
}
