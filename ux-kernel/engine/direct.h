/* SPDX-License-Identifier: MIT */
/*
 * Direct calls: a system call of a bound user thread is itself the notification, without a signal
 * and its frame before it. Who answers knows number, arguments and address of the call, and the
 * answer is its result; all other registers stay where they are, in the sleeping thread. The server
 * has to ask for that (l4/abi/ux.h, L4_UX_THREAD_VCPU_CALL_OP).
 *
 * The host looks at a byte, which the thread can read and only the kernel can write, to decide
 * whether a system call is dispatched to the signal handler, as always, or left to seccomp. The
 * kernel lets it through only while a server runs: when the kernel lets a thread go itself, it
 * wants all registers back.
 *
 * Those of a thread that sleeps in such a call it gets by having the call put off: the answer says
 * to repeat it, and a signal comes before that. Then there is a frame, which is made to look as if
 * the call had been dispatched.
 *
 * What such a call could be for the host: nothing. The filters make a notification of it, and no
 * answer can have the host execute it but one with a flag, which STUB_BIND_ANSWER rules out; the
 * kernel gives that to calls from two places of the stub only (offer.h, step.h).
 */
#ifndef ENGINE_DIRECT_H
#define ENGINE_DIRECT_H

#include <stddef.h>
#include <stdint.h>

struct hthread;

/*
 * The bytes, STUB_SELECTORS in all processes. Under a filter of somebody else's, as in a container,
 * none is given away: it would judge the guest's calls as if they were for the host, and an error
 * of it comes before a notification.
 */
void direct_init(unsigned char *bytes, size_t count);

/*
 * Gives @h one of the bytes: address in its process for system call user dispatch, 0: there is
 * none, and calls are always dispatched. release: others may have it.
 */
uint64_t direct_assign(struct hthread *h);
void direct_release(struct hthread *h);

/* @h, which sleeps, makes direct calls from now on; makes none. */
void direct_allow(const struct hthread *h);
void direct_forbid(const struct hthread *h);

/* Has the call that @h sleeps in put off. 0 or negative errno. */
int direct_put_off(const struct hthread *h);

#endif
