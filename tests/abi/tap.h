/* SPDX-License-Identifier: MIT */
/*
 * What the ABI tests share: one line of TAP per rule, and invocations spelled out. A test is a
 * root task, so that the same file can be the root task of another kernel with this interface;
 * nothing but the exit status depends on whose kernel it is.
 */
#ifndef ABI_TAP_H
#define ABI_TAP_H

#include <l4/sys/err.h>
#include <l4/sys/ipc.h>

/* Rules that belong together; they can be run alone, and need nothing of other groups. */
struct tap_group {
	const char *name;
	void (*run)(void);
};

/*
 * The whole test: all groups, or those named on the command line; --list tells their names.
 * Result: exit status.
 */
int tap_run(const char *name, const struct tap_group *groups, unsigned num, int argc, char **argv);

/* The main function of a test with a table "groups". */
#define TAP_MAIN(name) \
	int main(int argc, char **argv) \
	{ \
		return tap_run(name, groups, sizeof(groups) / sizeof(groups[0]), argc, argv); \
	}

/* One rule: holds when got is what was expected. */
void tap_is(long got, long expected, const char *rule);

/* The same with a rule made by printf. */
__attribute__((format(printf, 3, 4))) void tap_isf(long got, long expected, const char *rule, ...);

/* One rule: holds when value is not 0. */
void tap_ok(int value, const char *rule);

/* A rule that cannot be tried here, and why. */
void tap_skip(const char *rule, const char *reason);

/* Whether the kernel is a process of a host, which cannot offer some things: see README.md. */
int tap_hosted(void);

/* Whether the processor is QEMU's, which does some things differently: see README.md. */
int tap_emulated(void);

/* Gives everybody else that can run the time to. */
void tap_settle(void);

/* A message register. */
#define MR(n) (l4_utcb_mr()->mr[n])

/* A buffer register. */
#define BR(n) (l4_utcb_br()->br[n])

/* Result of an IPC that failed with this code, as l4_error() gives it. */
#define IPC_ERROR(code) (-(L4_EIPC_LO + (long)(code)))

#define TIMEOUT_ZERO 0x04000400U
#define TIMEOUT_1MS 0x03e803e8U
#define TIMEOUT_1S 0x2bd12bd1U   /* for what must happen, however busy the machine is */
#define TIMEOUT_50MS 0x1b0d1b0dU /* 781 * 64 us */

/* What an invocation gives back. */
struct answer {
	l4_msgtag_t tag;
	l4_umword_t label;
	long result; /* as l4_error() */
};

/* Invokes with the selector and flags in dest; the message is in the message registers. */
struct answer abi_invoke(l4_umword_t dest, l4_umword_t tag, l4_umword_t slabel, unsigned timeouts);

/* A tag from its fields. */
#define TAG(label, words, items) ((l4_umword_t)l4_msgtag(label, words, items, 0).raw)

/* Calls with words 0 to 4 given; never times out. Result: as l4_error(). */
long abi_call(l4_cap_idx_t cap, long label, unsigned words, l4_umword_t w0, l4_umword_t w1,
	      l4_umword_t w2);

/* Same with a capability as the one item. */
long abi_call_cap(l4_cap_idx_t cap, long label, unsigned words, l4_umword_t w0, l4_umword_t w1,
		  l4_cap_idx_t item);

/* Whether a slot of our task holds something: 1 or 0. */
long abi_present(l4_cap_idx_t cap);

/* Whether two selectors mean the same object with the same rights. */
long abi_equal(l4_cap_idx_t a, l4_cap_idx_t b);

/* Makes an object without arguments. */
long abi_create(long type, l4_cap_idx_t slot);

/* Copies a capability inside our task; item is the control word without the slot. */
long abi_copy(l4_cap_idx_t from, l4_cap_idx_t to, unsigned rights, l4_umword_t item);

/* Removes a capability, with L4_FP_DELETE_OBJ the object. */
void abi_drop(l4_cap_idx_t cap, l4_umword_t mask);

/* Free slots by number. */
#define SLOT(n) ((0x40UL + (n)) << L4_CAP_SHIFT)

#endif
