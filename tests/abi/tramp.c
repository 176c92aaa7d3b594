/* SPDX-License-Identifier: MIT */
/*
 * Page-fault trampolines: a thread handles its own page faults. Actor 0 has one; its pager and
 * exception handler is the main thread.
 */
#include "actor.h"
#include "tap.h"

#include <l4/sys/kip.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define AREA 0x60000000000UL
#define OP 9UL
#define SETUP 0UL
#define RESUME 0x10000UL
#define REFLECT 0x20000UL
#define DISABLE 0x30000UL
#define ENABLE 0x40000UL
#define AT 0x300000005UL

/* Words of the state area. */
enum { HANDLER, USER0, USER1, SAVED_MR0, FLAGS, STATE };
#define W(n) (((volatile l4_umword_t *)AREA)[n])

extern char tramp_handler[], tramp_read[], tramp_read_at[];
extern volatile l4_umword_t tramp_seen[3];
void tramp_handled(void);

static void (*action)(void);
static volatile int handled;

static long control(l4_cap_idx_t thread, l4_umword_t op, l4_umword_t arg, unsigned words)
{
	return abi_call(thread, L4_PROTO_THREAD, words, OP | op, arg, 0);
}

/* In the trampoline, on the thread's own stack. */
void tramp_handled(void)
{
	handled++;
	action();
	actor_stop();
}

static void area(void)
{
	static int there;

	if (!there)
		abi_call(L4_BASE_TASK_CAP, L4_PROTO_TASK, 2, L4_TASK_ADD_KU_MEM_OP,
			 l4_fpage(AREA, 12, L4_FPAGE_RW).raw, 0);
	there = 1;
	for (unsigned i = 0; i < 32; i++)
		W(i) = 0;
}

static int absent(void)
{
	if (l4_kip_kernel_has_feature(l4_kip(), "pf_tramp"))
		return 0;
	tap_skip("page-fault trampolines", "the kernel has none (feature pf_tramp)");
	return 1;
}

/* Lets the actor fault with a trampoline that does that. Result: its first message. */
static struct answer fault(void (*do_that)(void))
{
	area();
	action = do_that;
	handled = 0;
	actor_create(0, MAIN, MAIN);
	/* The fault is to come from tramp_read alone. */
	(void)*(volatile char *)tramp_handler;
	tramp_seen[0] = 0;
	for (l4_addr_t p = 8; p < 8192; p += 512)
		*(volatile char *)(actor_stack(0) - p) = 0;
	tap_is(control(ACTOR(0), SETUP, AREA, 2), 0, "set up a trampoline");
	W(HANDLER) = (l4_umword_t)tramp_handler;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)tramp_read, actor_stack(0), 0);
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_50MS);
}

static void setup(void)
{
	if (absent())
		return;
	area();
	actor_create(0, MAIN, MAIN);
	tap_is(control(ACTOR(0), ENABLE, 0, 1), -L4_EINVAL, "enable what is not set up");
	tap_is(control(ACTOR(0), DISABLE, 0, 1), 0, "disable what is not set up");
	tap_is((long)MR(0), 0, "it was not enabled");
	tap_is(control(ACTOR(0), SETUP, 0x1234000, 2), -L4_EINVAL, "a state that is no ku_mem");
	tap_is(control(ACTOR(0), SETUP, AREA + 4, 2), -L4_EINVAL, "a state that is not aligned");
	tap_is(control(ACTOR(0), SETUP, AREA + 4096 - 216, 2), -L4_EINVAL, "half outside");
	tap_is(control(ACTOR(0), SETUP, AREA + 4096 - 224, 2), 0, "224 bytes are enough");
	tap_is(control(ACTOR(0), SETUP, AREA, 1), -L4_EMSGTOOSHORT, "set up of one word");
	tap_is(control(ACTOR(0), DISABLE, 0, 1), 0, "disable");
	tap_is((long)MR(0), 1, "setting up had enabled it");
	tap_is(control(ACTOR(0), DISABLE, 0, 1), 0, "disable again");
	tap_is((long)MR(0), 0, "it was disabled");
	tap_is(control(ACTOR(0), ENABLE, 0, 1), 0, "enable");
	tap_is(control(ACTOR(0), ENABLE, 0, 2), -L4_EMSGTOOLONG, "enable of two words");
	tap_is(control(ACTOR(0), DISABLE, 0, 2), -L4_EMSGTOOLONG, "disable of two words");
	tap_is(control(ACTOR(0), RESUME, 0, 1), -L4_EPERM, "resume another thread");
	tap_is(control(MAIN, RESUME, 0, 1), -L4_EINVAL, "resume without a fault");
	tap_is(control(ACTOR(0), 0x50000, 0, 1), -L4_ENOSYS, "unknown operation");
	actor_end(0);
}

static void nothing(void)
{
	abi_invoke(MAIN | L4_SYSF_SEND, TAG(77, 0, 0), 0, 0);
}

static void entered(void)
{
	struct answer a;

	if (absent())
		return;
	a = fault(nothing);
	tap_is(a.result, 77, "the fault goes to the trampoline, not to the pager");
	tap_is(handled, 1, "once");
	tap_is((long)tramp_seen[0], (long)AREA, "rdi is the state");
	tap_is((long)tramp_seen[1], (long)(AT & ~7UL), "rsi is the word of the fault");
	tap_is((long)tramp_seen[2], (long)actor_stack(0), "rsp is as it was");
	tap_is((long)W(FLAGS), 1, "a fault is in progress");
	tap_is((long)W(STATE + 11), (long)AT, "the address is in the state");
	tap_is((long)W(STATE + 18), (long)tramp_read_at, "and the ip");
	tap_is((long)W(STATE + 16), 14, "and the trap number");
	tap_is((long)W(STATE + 17), 4, "and the error code");
	tap_is(control(ACTOR(0), DISABLE, 0, 1), 0, "ask whether it is enabled");
	tap_is((long)MR(0), 0, "a fault disables it");
	actor_end(0);
}

static long resume(l4_umword_t op)
{
	MR(0) = OP | op;
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 1, 0), 0, 0).result;
}

static l4_umword_t page[512] __attribute__((aligned(4096)));

static void map_and_resume(void)
{
	l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, l4_fpage((l4_addr_t)page, 12, L4_FPAGE_RW),
		    (AT & ~0xfffUL) | L4_ITEM_MAP);
	W(SAVED_MR0) = 0x4711;
	resume(RESUME);
}

static void resumed(void)
{
	struct answer a;

	if (absent())
		return;
	page[0] = 0x1122334455667788;
	a = fault(map_and_resume);
	tap_is(a.result, L4_PROTO_EXCEPTION, "resume repeats the instruction");
	tap_is((long)MR(16), 6, "which goes on to the next");
	tap_is((long)MR(14), 0x112233, "it has read the page");
	tap_is((long)((l4_utcb_layout_t *)ACTOR_UTCB(0))->mr[0], 0x4711, "MR0 is what was saved");
	tap_is((long)W(FLAGS), 0, "no fault is in progress");
	tap_is(control(ACTOR(0), DISABLE, 0, 1), 0, "ask whether it is enabled");
	tap_is((long)MR(0), 1, "resume enables it again");
	actor_end(0);
	l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(AT & ~0xfffUL, 12, L4_FPAGE_RWX),
		      L4_FP_ALL_SPACES);
}

static void reflect(void)
{
	resume(REFLECT);
}

static void reflected(void)
{
	struct answer a;

	if (absent())
		return;
	a = fault(reflect);
	tap_is(a.result, L4_PROTO_EXCEPTION, "reflect makes it an exception");
	tap_is((long)MR(16), 14, "of a page fault");
	tap_is((long)MR(17), 4, "its error code");
	tap_is((long)MR(11), (long)AT, "its address");
	tap_is((long)MR(18), (long)tramp_read_at, "its ip");
	actor_end(0);
}

static void trigger(void)
{
	W(FLAGS) |= 2;
	resume(RESUME);
}

static void triggered(void)
{
	struct answer a;

	if (absent())
		return;
	a = fault(trigger);
	tap_is(a.result, L4_PROTO_EXCEPTION, "the trigger flag makes resume an exception");
	tap_is((long)MR(16), 255, "its trap number");
	tap_is((long)MR(17), 0, "its error code");
	tap_is((long)MR(18), (long)tramp_read_at, "its ip");
	tap_is((long)W(FLAGS), 0, "the flag is cleared");
	actor_end(0);
}

static void fault_again(void)
{
	(void)*(volatile char *)(AT + 0x1000);
}

static void twice(void)
{
	struct answer a;

	if (absent())
		return;
	a = fault(fault_again);
	tap_is(a.result, L4_PROTO_PAGE_FAULT, "a fault in the trampoline goes to the pager");
	tap_is((long)MR(0), (long)((AT + 0x1000) & ~7UL), "its address");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "setup", setup },         { "entered", entered },     { "resumed", resumed },
	{ "reflected", reflected }, { "triggered", triggered }, { "twice", twice },
};

TAP_MAIN("abi-tramp")
