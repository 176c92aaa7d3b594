/* SPDX-License-Identifier: MIT */
/* Kernel memory: what was given up comes back. Needs the feature "ux_check". */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/ux/check.h>

#define TASKS 8U

/* Objects of every kind, a task with threads and memory among them. */
static void make_and_delete(void)
{
	static const long kinds[] = { L4_PROTO_THREAD, L4_PROTO_KOBJECT, L4_PROTO_IRQ_SENDER,
				      L4_PROTO_SEMAPHORE };
	l4_fpage_t utcbs = l4_fpage(0xb3000000UL, 13, L4_FPAGE_RW);

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		tap_isf(abi_create(kinds[i], SLOT(i)), 0, "create an object of kind %ld", kinds[i]);
	for (unsigned i = 0; i < TASKS; i++)
		l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(10 + i), &utcbs);
	tap_is(abi_present(SLOT(10 + TASKS - 1)), 1, "create tasks");
	for (unsigned i = 0; i < 4; i++)
		abi_drop(SLOT(i), L4_FP_DELETE_OBJ);
	for (unsigned i = 0; i < TASKS; i++)
		abi_drop(SLOT(10 + i), L4_FP_DELETE_OBJ);
}

static void given_back(void)
{
	long before;

	if (!l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_CHECK)) {
		tap_skip("deleting gives all memory back", "the kernel does not tell");
		return;
	}
	make_and_delete(); /* capability tables that stay */
	before = l4_ux_kmem_used();
	tap_ok(before > 0, "the kernel uses memory");
	make_and_delete();
	tap_is(l4_ux_kmem_used(), before, "deleting gives all of it back");
	tap_is(l4_ux_check(), 0, "the kernel's invariants hold");
}

static const struct tap_group groups[] = {
	{ "given-back", given_back },
};

TAP_MAIN("abi-kmem")
