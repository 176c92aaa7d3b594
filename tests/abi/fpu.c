/* SPDX-License-Identifier: MIT */
/* Vector state in messages: who gives it, who gets it, who keeps it. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define WEAK SLOT(1) /* the main thread without S */
#define FPU L4_MSGTAG_TRANSFER_FPU

/* The part of the state that is looked at. */
struct vector {
	l4_umword_t xmm0;
	unsigned mxcsr;
	unsigned short control; /* of the x87 unit */
};

static const struct vector reset = { 0, 0x1f80, 0x37f };
static const struct vector ours = { 0x1111111111111111, 0x1fa0, 0x27f };
static const struct vector theirs = { 0x2222222222222222, 0x1f80 | 0x6000, 0x77f };

static struct vector before, after; /* the actor's, around what it does */
static l4_umword_t actor_dest, actor_tag;

static inline void load(const struct vector *v)
{
	__asm__ volatile("movq %0, %%xmm0; ldmxcsr %1; fldcw %2"
			 :
			 : "m"(v->xmm0), "m"(v->mxcsr), "m"(v->control)
			 : "xmm0");
}

static inline void store(struct vector *v)
{
	__asm__ volatile("movq %%xmm0, %0; stmxcsr %1; fnstcw %2"
			 : "=m"(v->xmm0), "=m"(v->mxcsr), "=m"(v->control));
}

/* Invokes with a vector state, and reads the one after it. */
static void invoke(l4_umword_t dest, l4_umword_t tag, const struct vector *in, struct vector *out)
{
	l4_umword_t label;

	load(in);
	l4_ipc(dest, l4_utcb(), 0, 0, (l4_msgtag_t){ (l4_mword_t)tag }, &label,
	       (l4_timeout_t){ TIMEOUT_1S });
	store(out);
}

static void check(const struct vector *got, const struct vector *expected, const char *rule)
{
	tap_isf((long)got->xmm0, (long)expected->xmm0, "%s: xmm0", rule);
	tap_isf(got->mxcsr, expected->mxcsr, "%s: mxcsr", rule);
	tap_isf(got->control, expected->control, "%s: x87 control word", rule);
}

static void sender(void)
{
	invoke(actor_dest, actor_tag, &before, &after);
	actor_stop();
}

static void messages(void)
{
	static const struct {
		const char *name;
		l4_umword_t dest, tag, bdr;
		const struct vector *here, *there;
	} cases[] = {
		{ "offered and accepted", MAIN, FPU, L4_BDR_FPU, &theirs, &reset },
		{ "not offered", MAIN, 0, L4_BDR_FPU, &ours, &theirs },
		{ "not accepted", MAIN, FPU, 0, &ours, &theirs },
		{ "sent without S", WEAK, FPU, L4_BDR_FPU, &ours, &theirs },
	};
	struct vector v;

	abi_copy(MAIN, WEAK, L4_CAP_FPAGE_RW, 0);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		before = theirs;
		actor_dest = cases[i].dest | L4_SYSF_SEND;
		actor_tag = cases[i].tag;
		actor_start(0, sender);
		l4_utcb_br()->bdr = cases[i].bdr;
		invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, &ours, &v);
		check(&v, cases[i].here, cases[i].name);
		check(&after, cases[i].there, cases[i].name);
		actor_end(0);
	}
	l4_utcb_br()->bdr = 0;
}

static void faulter(void)
{
	load(&before);
	__asm__ volatile("ud2");
	store(&after);
	invoke(MAIN | L4_SYSF_SEND, 0, &after, &before);
	actor_stop();
}

static void exceptions(void)
{
	static const struct {
		const char *name;
		l4_umword_t bdr, tag;
		const struct vector *here, *there;
	} cases[] = {
		{ "exception accepted, reply with", L4_BDR_FPU, FPU, &theirs, &theirs },
		{ "exception accepted, reply without", L4_BDR_FPU, 0, &theirs, &reset },
		{ "exception not accepted, reply with", 0, FPU, &ours, &ours },
		{ "exception not accepted, reply without", 0, 0, &ours, &theirs },
	};
	struct vector v, w;

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		before = theirs;
		actor_start(0, faulter);
		l4_utcb_br()->bdr = cases[i].bdr;
		invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, &ours, &v);
		check(&v, cases[i].here, cases[i].name);
		MR(18) += 2;
		invoke(L4_INVALID_CAP | L4_SYSF_REPLY_AND_WAIT, TAG(0, 26, 0) | cases[i].tag, &v,
		       &w);
		check(&after, cases[i].there, cases[i].name);
		actor_end(0);
	}
	l4_utcb_br()->bdr = 0;
}

static void reader(void)
{
	load(&before);
	(void)*(volatile char *)0x300000000;
	store(&after);
	actor_stop();
}

static void page_faults(void)
{
	static l4_umword_t page[512] __attribute__((aligned(4096)));
	static const struct {
		const char *name;
		l4_umword_t tag;
		const struct vector *there;
	} cases[] = {
		{ "page fault, reply with", FPU, &ours },
		{ "page fault, reply without", 0, &theirs },
	};
	struct vector v;

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		before = theirs;
		after = reset;
		(void)*(volatile char *)reader;
		*(volatile char *)actor_stack(0) = 0;
		page[0] = 1;
		actor_create(0, MAIN, MAIN);
		l4_utcb_br()->bdr = L4_BDR_FPU;
		l4_thread_ex_regs(ACTOR(0), (l4_addr_t)reader, actor_stack(0), 0);
		invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, &ours, &v);
		check(&v, &ours, "page-fault message");
		MR(0) = 0x300000000 | L4_ITEM_MAP;
		MR(1) = l4_fpage((l4_addr_t)page, 12, L4_FPAGE_RO).raw;
		invoke(L4_INVALID_CAP | L4_SYSF_REPLY | L4_SYSF_SEND, TAG(0, 0, 1) | cases[i].tag,
		       &ours, &v);
		tap_settle();
		check(&after, cases[i].there, cases[i].name);
		actor_end(0);
		l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(0x300000000, 12, L4_FPAGE_RWX),
			      L4_FP_ALL_SPACES);
	}
	l4_utcb_br()->bdr = 0;
}

static const struct tap_group groups[] = {
	{ "messages", messages },
	{ "page-faults", page_faults },
	{ "exceptions", exceptions },
};

TAP_MAIN("abi-fpu")
