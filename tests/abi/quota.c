/* SPDX-License-Identifier: MIT */
/* Factories with a limit: what fits, what does not, and what comes back. */
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/task.h>

#define F L4_BASE_FACTORY_CAP
#define SMALL SLOT(0)

/* Creates objects until it fails; result: how many, or the wrong error. */
static long fill(l4_cap_idx_t factory, long type, unsigned most)
{
	for (unsigned i = 0; i < most; i++) {
		long e = l4_error(l4_factory_create(factory, type, SLOT(10 + i)));

		if (e == -L4_ENOMEM)
			return i;
		if (e < 0)
			return e;
	}
	return most;
}

static void empty(unsigned num)
{
	for (unsigned i = 0; i < num; i++)
		abi_drop(SLOT(10 + i), L4_FP_DELETE_OBJ);
}

static void limits(void)
{
	long first, second;

	tap_is(l4_error(l4_factory_create_factory(F, SMALL, 0x8000)), 0, "a factory of 32 KiB");
	first = fill(SMALL, L4_PROTO_THREAD, 200);
	tap_ok(first >= 1 && first < 100, "makes some threads, then memory is out");
	empty(200);
	tap_settle();
	second = fill(SMALL, L4_PROTO_THREAD, 200);
	tap_is(second, first, "as many again after they are deleted");
	tap_is(l4_error(l4_factory_create_factory(SMALL, SLOT(1), 0x4000)), -L4_ENOMEM,
	       "nothing is left for another factory");
	empty(200);
	tap_settle();
	tap_is(l4_error(l4_factory_create_factory(SMALL, SLOT(1), 0x4000)), 0,
	       "half of it for another factory");
	tap_is(l4_error(l4_factory_create_factory(SMALL, SLOT(2), 0x4000)), -L4_ENOMEM,
	       "the other half is less than that");
	tap_ok(fill(SMALL, L4_PROTO_THREAD, 200) < first, "and makes fewer threads");
	empty(200);
	abi_drop(SLOT(1), L4_FP_DELETE_OBJ);
	abi_drop(SMALL, L4_FP_DELETE_OBJ);
}

static void outlived(void)
{
	l4_factory_create_factory(F, SMALL, 0x10000);
	l4_factory_create(SMALL, L4_PROTO_IRQ_SENDER, SLOT(3));
	abi_drop(SMALL, L4_FP_DELETE_OBJ);
	tap_is(abi_present(SMALL), 0, "a factory can be deleted");
	tap_is(abi_present(SLOT(3)), 1, "what it has made stays");
	abi_drop(SLOT(3), L4_FP_DELETE_OBJ);
}

static void arguments(void)
{
	tap_is(abi_call(F, L4_PROTO_FACTORY, 0, 0, 0, 0), -L4_EMSGTOOSHORT, "no type");
	abi_copy(F, SLOT(4), L4_CAP_FPAGE_RW, 0);
	tap_is(l4_error(l4_factory_create(SLOT(4), L4_PROTO_IRQ_SENDER, SLOT(3))), -L4_EPERM,
	       "creating needs S");
	tap_is(l4_error(l4_factory_create(SLOT(4), 77, SLOT(3))), -L4_EPERM,
	       "also what does not exist");
	tap_is(l4_error(l4_factory_create_factory(F, SMALL, ~0UL)), -L4_ENOMEM,
	       "a factory of everything");
	tap_is(l4_error(l4_factory_create(F, L4_PROTO_FACTORY, SMALL)), -L4_EMSGTOOSHORT,
	       "a factory without a limit given");
	abi_drop(SLOT(4), L4_FP_ALL_SPACES);
}

static const struct tap_group groups[] = {
	{ "limits", limits },
	{ "outlived", outlived },
	{ "arguments", arguments },
};

TAP_MAIN("abi-quota")
