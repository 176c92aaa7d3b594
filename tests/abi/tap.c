/* SPDX-License-Identifier: MIT */
/* Test output and invocations for the ABI tests. */
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_MAX 20 /* somebody may run for ever */

static unsigned rules, failed;

void tap_is(long got, long expected, const char *rule)
{
	int small = got > -10000 && got < 10000;

	rules++;
	if (got == expected) {
		printf("ok %u - %s\n", rules, rule);
		return;
	}
	failed++;
	printf(small ? "not ok %u - %s: expected %ld, got %ld\n"
		     : "not ok %u - %s: expected 0x%lx, got 0x%lx\n",
	       rules, rule, expected, got);
}

void tap_isf(long got, long expected, const char *rule, ...)
{
	char text[200];
	va_list args;

	va_start(args, rule);
	vsnprintf(text, sizeof(text), rule, args);
	va_end(args);
	tap_is(got, expected, text);
}

void tap_ok(int value, const char *rule)
{
	tap_is(value != 0, 1, rule);
}

void tap_skip(const char *rule, const char *reason)
{
	printf("ok %u - %s # SKIP %s\n", ++rules, rule, reason);
}

int tap_hosted(void)
{
	return l4_kip_kernel_has_feature(l4_kip(), "ux_exit");
}

static l4_kernel_clock_t idle_time(void)
{
	l4_sched_cpu_set_t all = l4_sched_cpu_set(0, 0, 1);
	l4_kernel_clock_t us = 0;

	l4_scheduler_idle_time(L4_BASE_SCHEDULER_CAP, &all, &us);
	return us;
}

/* The host may be busy with others, but when the CPU was idle, nobody was left that can run. */
void tap_settle(void)
{
	l4_umword_t mr[] = { MR(0), MR(1), MR(2) };
	l4_kernel_clock_t before = idle_time();

	for (unsigned i = 0; i < SETTLE_MAX; i++) {
		l4_ipc_sleep((l4_timeout_t){ TIMEOUT_1MS & 0xffff });
		if (idle_time() != before)
			break;
	}
	for (unsigned i = 0; i < 3; i++)
		MR(i) = mr[i];
}

static int tap_wanted(const char *group, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], group) == 0)
			return 1;
	return argc < 2;
}

int tap_run(const char *name, const struct tap_group *groups, unsigned num, int argc, char **argv)
{
	unsigned done = 0;

	if (argc > 1 && strcmp(argv[1], "--list") == 0) {
		for (unsigned i = 0; i < num; i++)
			printf("%s\n", groups[i].name);
		printf("TAP TEST FINISH\n");
		return EXIT_SUCCESS;
	}
	printf("TAP TEST START\n# %s\n", name);
	for (unsigned i = 0; i < num; i++) {
		if (!tap_wanted(groups[i].name, argc, argv))
			continue;
		printf("# %s\n", groups[i].name);
		groups[i].run();
		done++;
	}
	if (argc > 1)
		tap_is(done, argc - 1, "every group named on the command line exists");
	printf("1..%u\nTAP TEST FINISH\n", rules);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

struct answer abi_invoke(l4_umword_t dest, l4_umword_t tag, l4_umword_t slabel, unsigned timeouts)
{
	struct answer a;

	a.tag = l4_ipc(dest, l4_utcb(), 0, slabel, (l4_msgtag_t){ (l4_mword_t)tag }, &a.label,
		       (l4_timeout_t){ timeouts });
	a.result = l4_error(a.tag);
	return a;
}

long abi_call(l4_cap_idx_t cap, long label, unsigned words, l4_umword_t w0, l4_umword_t w1,
	      l4_umword_t w2)
{
	MR(0) = w0;
	MR(1) = w1;
	MR(2) = w2;
	return abi_invoke(cap | L4_SYSF_CALL, TAG(label, words, 0), 0, 0).result;
}

long abi_call_cap(l4_cap_idx_t cap, long label, unsigned words, l4_umword_t w0, l4_umword_t w1,
		  l4_cap_idx_t item)
{
	MR(0) = w0;
	MR(1) = w1;
	MR(words) = L4_ITEM_MAP;
	MR(words + 1) = l4_obj_fpage(item, 0, L4_CAP_FPAGE_RWS).raw;
	return abi_invoke(cap | L4_SYSF_CALL, TAG(label, words, 1), 0, 0).result;
}

long abi_present(l4_cap_idx_t cap)
{
	return abi_call(L4_BASE_TASK_CAP, L4_PROTO_TASK, 2, L4_TASK_CAP_INFO_OP, cap, 0);
}

long abi_equal(l4_cap_idx_t a, l4_cap_idx_t b)
{
	return abi_call(L4_BASE_TASK_CAP, L4_PROTO_TASK, 3, L4_TASK_CAP_INFO_OP, a, b);
}

long abi_create(long type, l4_cap_idx_t slot)
{
	return l4_error(l4_factory_create(L4_BASE_FACTORY_CAP, type, slot));
}

long abi_copy(l4_cap_idx_t from, l4_cap_idx_t to, unsigned rights, l4_umword_t item)
{
	return l4_error(l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
				    l4_obj_fpage(from, 0, (unsigned char)rights),
				    to | item | L4_ITEM_MAP));
}

void abi_drop(l4_cap_idx_t cap, l4_umword_t mask)
{
	l4_task_unmap(L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWSD), mask);
}

int tap_emulated(void)
{
	unsigned a = 0x40000000, b, c = 0, d;

	__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return b == 0x54474354; /* "TCGT" */
}
