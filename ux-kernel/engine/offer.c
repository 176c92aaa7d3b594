// SPDX-License-Identifier: MIT
/* Offers. */
#define _GNU_SOURCE
#include "offer.h"

#include "proc.h"
#include "stub.h"
#include "stub_engine.h"

#include <l4/abi/consts.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

void offer_note(struct offer *o, const struct seccomp_notif *n)
{
	const struct seccomp_data *d = &n->data;

	*o = (struct offer){ 0 };
	/* The filters let nothing else come from there, and of the length any makes one page. */
	if (d->arch == AUDIT_ARCH_X86_64 && d->nr == SYS_mprotect &&
	    d->instruction_pointer == STUB_CODE + STUB_OFFER_OFFSET && d->args[1] &&
	    d->args[1] <= L4_PAGESIZE)
		*o = (struct offer){ n->id, d->args[0], d->args[2] };
}

bool offer_is(const struct hthread *h, const struct stub_op *op)
{
	const struct offer *o = &h->offer;

	return o->id && o->id == h->notification && h->answer == STUB_ANSWER_RETURN &&
	       op->nr == SYS_mprotect && op->arg[0] == o->addr && op->arg[1] == L4_PAGESIZE &&
	       op->arg[2] == o->prot;
}

int offer_accept(const struct hthread *h)
{
	return stub_answer(
		h, (struct seccomp_notif_resp){ .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE });
}

bool offer_failed(const struct seccomp_notif *n)
{
	return n->data.instruction_pointer == STUB_CODE + STUB_NOTIFY_OFFSET &&
	       n->data.args[0] == STUB_AGAIN_MARK;
}
