// SPDX-License-Identifier: MIT
/* Bytes of the text console: lost, another, late; one by one. */
#include "../core/arch.h"
#include "../core/call.h"
#include "../core/platform.h"
#include "../core/state.h"
#include "deferred.h"
#include "plan.h"

#include <l4/abi/vcon.h>
#include <string.h>

#define BYTE 8U

/* Input that has left the machine below and not reached the program: all behind a late byte. */
STATE static struct {
	bool waits;   /* its time has not come */
	bool counted; /* the first byte was: it is the late one */
	size_t size;
	char byte[L4_VCON_READ_SIZE];
} held;

void fault_forget_input(void)
{
	held.size = 0;
	held.waits = held.counted = false;
}

bool fault_holds_input(void)
{
	return held.size;
}

static void arrives(struct deferred *d)
{
	held.waits = false;
	if (!d->object->dead)
		log_input();
}

/* @rest begins with the byte that is late; behind it is what was held behind that already. */
static bool hold(struct kobj *log, const char *rest, size_t n, uint64_t us)
{
	if (!deferred_add(log, us, arrives, NULL))
		return false;
	memmove(held.byte + n, held.byte, held.size);
	memcpy(held.byte, rest, n);
	held.size += n;
	held.waits = held.counted = true;
	return true;
}

/* What becomes of a byte. */
enum fate { ARRIVES, LOST, LATE };

static enum fate strike(struct fault_plan *p, struct kobj *log, char *byte, uint64_t *us)
{
	uint64_t bit = p->arg % BYTE, detail = (uint8_t)*byte;
	enum fate fate = ARRIVES;

	switch (p->point->effect) {
	case FAULT_STDIN_FLIP:
	case FAULT_STDOUT_FLIP:
		*byte ^= 1U << bit;
		detail |= bit << BYTE;
		break;
	case FAULT_STDIN_LATE:
		*us = detail = p->arg;
		fate = LATE;
		break;
	default:
		fate = LOST;
	}
	fault_fired(p, log, detail);
	return fate;
}

/* Of several faults all strike; a byte that is lost cannot be late besides. */
static enum fate ask(enum fault_event event, const struct thread *t, struct kobj *log, char *byte,
		     uint64_t *us)
{
	enum fate fate = ARRIVES, one;
	struct fault_plan *p;
	unsigned i = 0;

	while ((p = fault_next(&i, event, t, log))) {
		one = strike(p, log, byte, us);
		if (fate != LOST && one != ARRIVES)
			fate = one;
	}
	return fate;
}

/* Bytes as they would come without a fault. */
static size_t take(char *buf, size_t max, bool *more)
{
	size_t n = held.size < max ? held.size : max;

	if (!held.size)
		return arch_console_read(buf, max, more);
	memcpy(buf, held.byte, n);
	held.size -= n;
	memmove(held.byte, held.byte + n, held.size);
	*more = true; /* there may be: the next read says */
	return n;
}

size_t fault_read(const struct thread *t, struct kobj *log, char *buf, size_t max, bool *more)
{
	size_t n, kept = 0;
	uint64_t us = 0;
	bool counted;

	*more = false;
	if (held.waits)
		return 0;
	counted = held.counted && max;
	held.counted &= !max;
	n = take(buf, max, more);
	for (size_t i = 0; i < n; i++) {
		char byte = buf[i];
		enum fate fate = ARRIVES;

		if (!counted || i)
			fate = ask(FAULT_EVENT_TYPED, t, log, &byte, &us);
		buf[i] = byte;
		if (fate == LATE && hold(log, buf + i, n - i, us)) {
			*more = false;
			break;
		}
		if (fate != LOST)
			buf[kept++] = byte;
	}
	return kept;
}

size_t fault_write(const struct thread *t, struct kobj *log, char *buf, size_t len)
{
	uint64_t us;
	size_t kept = 0;

	for (size_t i = 0; i < len; i++) {
		char byte = buf[i];

		if (ask(FAULT_EVENT_PRINTED, t, log, &byte, &us) != LOST)
			buf[kept++] = byte;
	}
	return kept;
}
