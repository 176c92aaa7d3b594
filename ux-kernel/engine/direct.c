// SPDX-License-Identifier: MIT
/* Direct calls. */
#define _GNU_SOURCE
#include "direct.h"

#include "proc.h"
#include "stub.h"
#include "stub_engine.h"

#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>

#define ALLOW 0 /* the host's SYSCALL_DISPATCH_FILTER_ALLOW */
#define BLOCK 1
#define FREE 2
#define ERESTARTNOINTR 513 /* of the host's kernel: after a signal make the call again */

static unsigned char *bytes;
static size_t number;

void direct_init(unsigned char *b, size_t count)
{
	bytes = b;
	number = prctl(PR_GET_SECCOMP) ? 0 : count;
	memset(b, FREE, number);
}

uint64_t direct_assign(struct hthread *h)
{
	unsigned char *free = memchr(bytes, FREE, number);

	if (!free)
		return 0;
	*free = BLOCK;
	h->selector = free;
	return STUB_SELECTORS + (uint64_t)(free - bytes);
}

void direct_release(struct hthread *h)
{
	if (h->selector)
		*h->selector = FREE;
	h->selector = NULL;
}

void direct_allow(const struct hthread *h)
{
	if (h->selector)
		*h->selector = ALLOW;
}

void direct_forbid(const struct hthread *h)
{
	if (h->selector)
		*h->selector = BLOCK;
}

int direct_put_off(const struct hthread *h)
{
	stub_interrupt_user(h);
	return stub_answer(h, (struct seccomp_notif_resp){ .error = -ERESTARTNOINTR });
}
