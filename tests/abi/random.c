/* SPDX-License-Identifier: MIT */
/*
 * Calls thrown with dice: nothing is expected of any one of them but what Fiasco answered to the
 * same. Each line tells the call and the answer; a rule is the checksum of one series of lines,
 * with the sums taken from a run on Fiasco (random_sums.py). What differs by nature (numbers of
 * objects, times) is not thrown. random_item.c does the same to messages between tasks,
 * random_tree.c to the memory of tasks.
 */
#include "random.h"
#include "tap.h"

#include <l4/abi/ops.h>
#include <l4/sys/factory.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <stdarg.h>
#include <stdio.h>

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define UTCBS 0x70000000000UL

/* What the series begin with, by slot. */
enum { TASK, EMPTY_TASK, THREAD, BOUND, FACTORY, IRQ, IRQ2, SEMAPHORE, GATE, GATE_BOUND, COPIES };

static unsigned long state, sum;
static int loud;

unsigned long random_below(unsigned long n)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (state >> 33) % n;
}

void random_line(const char *format, ...)
{
	char text[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *p = text; *p; p++)
		sum = (sum ^ (unsigned char)*p) * 0x100000001b3UL;
	if (loud)
		printf("# %s\n", text);
}

void random_series(unsigned seed, const unsigned *sums, const char *what)
{
	tap_isf((long)(unsigned)(sum ^ sum >> 32), (long)sums[seed], "%s, series %u", what, seed);
}

void random_start(unsigned seed)
{
	state = seed * 77777UL + 1;
	sum = 0xcbf29ce484222325UL;
	random_below(2);
}

l4_umword_t random_slot(void)
{
	return SLOT(random_below(RANDOM_SLOTS));
}

l4_umword_t random_page(void)
{
	l4_umword_t rights = random_below(3) ? 15 : random_below(16);

	switch (random_below(6)) {
	case 0:
		return l4_fpage(UTCBS + random_below(8) * 4096, 11 + random_below(4),
				(unsigned char)rights)
			.raw;
	case 1:
		return l4_fpage(0x60000000 + random_below(16) * 4096, 12 + random_below(3),
				(unsigned char)rights)
			.raw;
	default:
		return l4_obj_fpage(random_slot(), random_below(4) ? 0 : random_below(3),
				    (unsigned char)rights)
			.raw;
	}
}

static l4_umword_t random_word(void)
{
	static const l4_umword_t words[] = {
		0,
		1,
		2,
		3,
		4,
		5,
		8,
		16,
		200,
		~0UL,
		L4_INVALID_CAP,
		1UL << 31,
		3UL << 30,
		1UL << 47,
		0x8000000000000000UL,
		UTCBS,
		UTCBS + 0x400,
		UTCBS + 4,
		0xfff,
	};

	switch (random_below(4)) {
	case 0:
		return random_slot();
	case 1:
		return random_page();
	default:
		return words[random_below(LENGTH(words))];
	}
}

/* A protocol and the operations that are thrown at it. */
struct protocol {
	long label;
	unsigned operations; /* bits */
};

static const struct protocol protocols[] = {
	{ L4_PROTO_TASK, 0xf | 1 << 17 },
	{ L4_PROTO_FACTORY, 0 },
	{ L4_PROTO_THREAD,
	  1 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 18 | 1 << 19 },
	{ L4_PROTO_KOBJECT, 1 | 1 << 16 | 1 << 17 },
	{ L4_PROTO_IRQ, 0x7f },
	{ L4_PROTO_IRQ_SENDER, 7 },
	{ L4_PROTO_SEMAPHORE, 3 },
	{ L4_PROTO_META, 7 },
	{ 0, 0x20 },
	{ 1, 1 },
};

/* The machine's own objects, and what of them can be thrown without harm or a clock in it. */
static const struct {
	l4_cap_idx_t cap;
	struct protocol protocol;
} platform[] = {
	{ L4_BASE_LOG_CAP, { L4_PROTO_LOG, 1 << 1 | 1 << 3 | 1 << 5 } },
	{ L4_BASE_LOG_CAP, { L4_PROTO_IRQ, 0x7f } },
	{ L4_BASE_SCHEDULER_CAP, { L4_PROTO_SCHEDULER, 1 | 1 << 1 | 1 << 5 } },
	{ L4_BASE_SCHEDULER_CAP, { L4_PROTO_IRQ, 0x7f } },
	{ L4_BASE_ICU_CAP, { L4_PROTO_IRQ, 0x7b } }, /* not how many lines there are */
	{ L4_BASE_ICU_CAP, { L4_PROTO_SCHEDULER, 1 } },
	{ L4_BASE_LOG_CAP, { L4_PROTO_FACTORY, 1 } },
};

static l4_umword_t operation(const struct protocol *p)
{
	static const long types[] = { L4_PROTO_TASK,
				      L4_PROTO_THREAD,
				      L4_PROTO_FACTORY,
				      0,
				      L4_PROTO_KOBJECT,
				      L4_PROTO_IRQ_SENDER,
				      L4_PROTO_SEMAPHORE,
				      -9,
				      5 };
	unsigned n = random_below(32);

	if (p->label == L4_PROTO_FACTORY)
		return (l4_umword_t)types[random_below(LENGTH(types))];
	if (random_below(20) == 0)
		return random_below(2) ? 0x77 : 1UL << 40;
	while (!(p->operations >> n & 1))
		n = (n + 1) % 32;
	return n;
}

/* The operations an object of ours most likely understands. */
static const struct protocol *protocol(unsigned slot)
{
	static const unsigned char own[] = { 0, 0, 2, 2, 1, 4, 4, 6, 3, 3 };

	if (slot < LENGTH(own) && random_below(8))
		return &protocols[own[slot] + (own[slot] == 4 && random_below(2)) +
				  (own[slot] == 6 && random_below(2) ? -2 : 0)];
	return &protocols[random_below(LENGTH(protocols))];
}

static void begin(unsigned seed)
{
	l4_fpage_t utcbs = l4_fpage(UTCBS, 12, L4_FPAGE_RW), none = { 0 };

	random_start(seed);
	l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(TASK), &utcbs);
	l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(EMPTY_TASK), &none);
	abi_create(L4_PROTO_THREAD, SLOT(THREAD));
	abi_create(L4_PROTO_THREAD, SLOT(BOUND));
	l4_thread_control_start();
	l4_thread_control_bind((l4_utcb_t *)UTCBS, SLOT(TASK));
	l4_thread_control_commit(SLOT(BOUND));
	l4_factory_create_factory(L4_BASE_FACTORY_CAP, SLOT(FACTORY), 16 << 20);
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(IRQ));
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(IRQ2));
	abi_create(L4_PROTO_SEMAPHORE, SLOT(SEMAPHORE));
	abi_create(0, SLOT(GATE));
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, SLOT(GATE_BOUND), SLOT(BOUND), 0x1230);
	abi_copy(SLOT(IRQ), SLOT(COPIES), L4_CAP_FPAGE_RO, 0);
	abi_copy(SLOT(GATE), SLOT(COPIES + 1), L4_CAP_FPAGE_RW, 0);
	abi_copy(SLOT(TASK), SLOT(COPIES + 2), L4_CAP_FPAGE_RO, 0);
	abi_copy(SLOT(FACTORY), SLOT(COPIES + 3), L4_CAP_FPAGE_RW, 0);
}

static void end(void)
{
	for (unsigned i = 0; i < RANDOM_SLOTS; i++)
		abi_drop(SLOT(i), L4_FP_DELETE_OBJ);
}

/* Which slots hold the same. */
static void look(void)
{
	char text[RANDOM_SLOTS + 1] = "";

	for (unsigned i = 0; i < RANDOM_SLOTS; i++) {
		unsigned k = 0;

		while (k < i && abi_equal(SLOT(k), SLOT(i)) != 1)
			k++;
		text[i] = abi_present(SLOT(i)) ? (char)('a' + k) : '-';
	}
	random_line("slots %s", text);
}

static void call(void)
{
	static const unsigned char flags[] = { 3, 3, 3, 3, 3, 3, 3, 3, 1, 2, 7, 0, 6, 11 };
	unsigned slot = random_below(RANDOM_SLOTS), flag = flags[random_below(LENGTH(flags))];
	unsigned words = random_below(7), items = random_below(3) ? 1 : random_below(3);
	static const l4_umword_t pins[] = {
		0, 1, 2, 9, 10, 11, 15, 200, 1UL << 31, 1UL << 31 | 199, 1UL << 31 | 200, 1UL << 40
	};
	const struct protocol *p = protocol(slot);
	l4_cap_idx_t dest = SLOT(slot);
	l4_umword_t mr[12], result = random_below(4);
	struct answer a;

	for (unsigned i = 0; i < 12; i++)
		mr[i] = random_word();
	mr[0] = operation(p);
	if (p->label == L4_PROTO_THREAD)
		mr[0] |= random_below(2) ? random_below(64) << 16 & (mr[0] == 7 ? 62UL << 16 : ~0UL)
					 : 0; /* not whether there are virtual machines */
	for (unsigned i = 0; i < items; i++) {
		mr[words + 2 * i] = random_below(6) ? L4_ITEM_MAP : random_word();
		mr[words + 2 * i + 1] = random_page();
	}
	if (random_below(4) == 0) {
		unsigned n = random_below(LENGTH(platform));

		dest = platform[n].cap;
		p = &platform[n].protocol;
		mr[0] = operation(p);
		if (p->label == L4_PROTO_IRQ)
			mr[1] = pins[random_below(LENGTH(pins))];
		else if (p->label == L4_PROTO_SCHEDULER)
			mr[2] = 2 * random_below(2); /* no CPU that is there */
	}
	random_line("%lx flags %x label %ld words %u items %u mr %lx %lx %lx %lx %lx %lx %lx",
		    dest >> 12, flag, p->label, words, items, mr[0], mr[1], mr[2], mr[3], mr[4],
		    mr[5], mr[6]);
	for (unsigned i = 0; i < 12; i++)
		MR(i) = mr[i];
	l4_utcb_br()->bdr = 0;
	BR(0) = result ? SLOT(RANDOM_SLOTS - result) | L4_ITEM_MAP | L4_RCV_ITEM_SINGLE_CAP : 0;
	BR(1) = BR(2) = 0;
	l4_utcb_tcr()->error = 0;
	a = abi_invoke(dest | flag, TAG(p->label, words, items), 0x5a5a, TIMEOUT_ZERO);
	random_line("= %lx error %lx from %lx mr %lx %lx %lx %lx", (long)a.tag.raw,
		    l4_utcb_tcr()->error, a.label, MR(0), MR(1), MR(2), MR(3));
}

static void calls(void)
{
	for (unsigned seed = 0; seed < RANDOM_CALLS; seed++) {
		begin(seed);
		for (unsigned i = 0; i < 20; i++)
			call();
		look();
		end();
		random_series(seed, random_call_sums, "calls");
	}
}

static const struct tap_group groups[] = {
	{ "calls", calls },
	{ "items", random_items },
	{ "trees", random_trees },
};

/* Who names groups wants to see the lines. */
int main(int argc, char **argv)
{
	loud = argc > 1;
	return tap_run("abi-random", groups, LENGTH(groups), argc, argv);
}
