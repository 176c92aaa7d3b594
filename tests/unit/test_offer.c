/* SPDX-License-Identifier: MIT */
/*
 * Which calls of a stub the kernel has executed (engine/offer.h, step.h). The host would refuse
 * some of those that differ from what is due; here each difference counts, in every bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>

#include "engine/proc.h"
#include "engine/step.h"
#include "engine/stub_engine.h"

#define ID 0x1234567890UL
#define PAGE 0x30000000UL
#define PAGE_LEN 0x1000UL
#define PLACE 0x41UL
#define RW 3UL
#define X32 0x40000000

static struct hthread h;
static struct stub_op due;
static struct seccomp_notif n;
static char cell[STUB_CELL_SIZE];
static struct seccomp_notif_resp answered;
static uint64_t ip;

int stub_answer(const struct hthread *t, struct seccomp_notif_resp r)
{
	assert_ptr_equal(t, &h);
	answered = r;
	return 0;
}

uint64_t frame_ip(const struct frame *f)
{
	assert_ptr_equal(f, &h.frame);
	return ip;
}

static int setup(void **state)
{
	(void)state;
	due = (struct stub_op){ SYS_mprotect, { PAGE, PAGE_LEN, RW } };
	h = (struct hthread){ .notification = ID, .answer = STUB_ANSWER_RETURN, .step = due };
	h.frame.cell = STUB_CELLS;
	h.frame.memory = cell;
	n = (struct seccomp_notif){
		.id = ID,
		.data = { .nr = SYS_mprotect,
			  .arch = AUDIT_ARCH_X86_64,
			  .instruction_pointer = STUB_CODE + STUB_OFFER_OFFSET,
			  .args = { PAGE, PLACE, RW, 4, 5, 6 } },
	};
	return 0;
}

static bool accepted(void)
{
	offer_note(&h.offer, &n);
	return offer_is(&h, &due);
}

static void what_is_due(void **state)
{
	const uint64_t lengths[] = { 1, PLACE, PAGE_LEN },
		       others[] = { 0, PAGE_LEN + 1, 2 * PAGE_LEN };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		n.data.args[1] = lengths[i];
		assert_true(accepted());
		n.data.args[1] = others[i];
		assert_false(accepted());
	}
}

/* Each bit of @word makes a difference to what @is says. */
static void each_bit(uint64_t *word, bool (*is)(void))
{
	for (unsigned bit = 0; bit < 64; bit++) {
		*word ^= 1UL << bit;
		assert_false(is());
		*word ^= 1UL << bit;
	}
	assert_true(is());
}

static void other_arguments(void **state)
{
	(void)state;
	each_bit((uint64_t *)&n.data.args[0], accepted);
	each_bit((uint64_t *)&n.data.args[2], accepted);
	for (unsigned bit = 12; bit < 64; bit++) {
		n.data.args[1] = PLACE | 1UL << bit;
		assert_false(accepted());
	}
}

static void other_operations(void **state)
{
	(void)state;
	each_bit(&due.nr, accepted);
	for (unsigned i = 0; i < 3; i++)
		each_bit(&due.arg[i], accepted);
}

/* Made by another instruction, another call, or for the host's other sets of calls. */
static void no_other_call(bool (*is_it)(void))
{
	each_bit((uint64_t *)&n.data.instruction_pointer, is_it);
	n.data.nr |= X32;
	assert_false(is_it());
	n.data.nr = SYS_munmap;
	assert_false(is_it());
	n.data.nr = SYS_sched_yield;
	assert_false(is_it());
	n.data.nr = SYS_mprotect;
	n.data.arch = AUDIT_ARCH_I386;
	assert_false(is_it());
}

static void other_calls(void **state)
{
	(void)state;
	no_other_call(accepted);
}

static void other_stops(void **state)
{
	(void)state;
	assert_false(offer_is(&h, &due));
	h.notification = 0;
	assert_false(offer_is(&h, &due));
	h.notification = ID;
	each_bit(&h.notification, accepted);
	h.answer = STUB_ANSWER_LOAD;
	assert_false(accepted());
	h.answer = STUB_ANSWER_AGAIN;
	assert_false(accepted());
}

static void is_executed(void **state)
{
	(void)state;
	assert_int_equal(offer_accept(&h), 0);
	assert_int_equal(answered.flags, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
	assert_true(!answered.error && !answered.val);
}

static bool steps(void)
{
	return step_is(&h, &n);
}

static void step_that_is_due(void **state)
{
	(void)state;
	n.data.instruction_pointer = STUB_CODE + STUB_STEP_OFFSET;
	n.data.args[1] = PAGE_LEN;
	for (unsigned i = 0; i < 3; i++)
		each_bit((uint64_t *)&n.data.args[i], steps);
	no_other_call(steps);
}

static void step_is_told(void **state)
{
	(void)state;
	h.answer = STUB_ANSWER_LOAD;
	assert_int_equal(step_answer(&h), STUB_CELLS | STUB_ANSWER_STEP | STUB_ANSWER_LOAD);
	assert_memory_equal(cell + STUB_STEP_AT, due.arg, 3 * sizeof(due.arg[0]));
	h.entry.stopped = true;
	h.answer = STUB_CELLS + STUB_ENTRY_BLOCK_AT;
	assert_int_equal(step_answer(&h), STUB_CELLS | STUB_ANSWER_STEP | STUB_ENTRY_BLOCK_AT);
}

/* Where the stub may not have seen yet that the host has refused it. */
static void doubt(void **state)
{
	const uint64_t in[] = { STUB_HANDLER_OFFSET,     STUB_NOTIFY_OFFSET,
				STUB_SIGRETURN_OFFSET,   STUB_OFFER_OFFSET,
				STUB_STEP_BEGIN_OFFSET,  STUB_STEP_OFFSET,
				STUB_STEP_END_OFFSET - 1 };

	(void)state;
	for (unsigned i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		ip = STUB_CODE + in[i];
		assert_true(step_is_in_doubt(&h));
	}
	ip = STUB_CODE + STUB_ENTRY_OFFSET;
	assert_false(step_is_in_doubt(&h));
	ip = PAGE;
	assert_false(step_is_in_doubt(&h));
	h.entry.stopped = true; /* what the frame says is old */
	ip = STUB_CODE + STUB_OFFER_OFFSET;
	assert_false(step_is_in_doubt(&h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_due, setup),
		cmocka_unit_test_setup(other_arguments, setup),
		cmocka_unit_test_setup(other_operations, setup),
		cmocka_unit_test_setup(other_calls, setup),
		cmocka_unit_test_setup(other_stops, setup),
		cmocka_unit_test_setup(is_executed, setup),
		cmocka_unit_test_setup(step_that_is_due, setup),
		cmocka_unit_test_setup(step_is_told, setup),
		cmocka_unit_test_setup(doubt, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
