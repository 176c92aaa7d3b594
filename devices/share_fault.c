// SPDX-License-Identifier: MIT
/*
 * What faults make of requests to a shared directory. A request is asked about once, when it comes
 * to the head of the queue; if it is to be late it is presented again until its time has come.
 */
#include "share.h"
#include "sheet.h"

#include "p9_wire.h"

#include <errno.h>
#include <string.h>

#define TYPE 4U
#define WRITE_COUNT (P9_HEADER + 4U + 8U) /* of Twrite: fid, offset, count, bytes */
#define DATA (P9_HEADER + 4U)             /* of Rread: count, bytes */
#define ERROR_MAX 4095U

static uint32_t number(const uint8_t *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static void strike_any(struct share_fate *to, struct device_fault *f, unsigned type)
{
	if (sheet_effect(f) == FAULT_SHARE_LATE) {
		to->until = sheet_now() + f->arg;
		sheet_struck(f, "request of type %u, by %lu us", type, (unsigned long)f->arg);
		return;
	}
	to->error = f->arg && f->arg <= ERROR_MAX ? (int)f->arg : EIO;
	sheet_struck(f, "request of type %u: %s", type, strerror(to->error));
}

static void ask(struct share *s, unsigned type)
{
	struct share_fate *to = &s->fate;
	struct device_fault *f;
	unsigned i = 0;

	*to = (struct share_fate){ .asked = true, .position = s->transport.queue[0].next };
	while ((f = sheet_next(&i, FAULT_EVENT_SHARE, 0)))
		strike_any(to, f, type);
	i = 0;
	while (type == P9_TWRITE && (f = sheet_next(&i, FAULT_EVENT_SHARE_WRITE, 0)))
		to->lost = f;
	i = 0;
	while (type == P9_TREAD && (f = sheet_next(&i, FAULT_EVENT_SHARE_READ, 0)))
		to->flip = f;
}

bool share_fault_waits(struct share *s, size_t len)
{
	struct share_fate *to = &s->fate;

	if (!to->asked || to->position != s->transport.queue[0].next)
		ask(s, len > TYPE ? s->message[TYPE] : 0);
	if (to->until <= sheet_now())
		return false;
	sheet_wake(to->until);
	return true;
}

/* As the server answers to a write of nothing, but with the length there was. */
static size_t lose_write(struct share *s, size_t len, size_t room)
{
	uint32_t count, none = 0;

	if (len < WRITE_COUNT + sizeof(count))
		return p9_answer(&s->p9, s->message, len, s->answer, room);
	count = number(s->message + WRITE_COUNT);
	memcpy(s->message + WRITE_COUNT, &none, sizeof(none));
	len = p9_answer(&s->p9, s->message, len, s->answer, room);
	if (len >= DATA && s->answer[TYPE] == P9_TWRITE + 1) {
		memcpy(s->answer + P9_HEADER, &count, sizeof(count));
		sheet_struck(s->fate.lost, "%u bytes", count);
	}
	return len;
}

static void flip(struct share *s, size_t len)
{
	uint64_t bits, bit;

	if (len <= DATA || s->answer[TYPE] != P9_TREAD + 1)
		return;
	bits = 8 * (len - DATA);
	bit = s->fate.flip->arg % bits;
	s->answer[DATA + bit / 8] ^= 1U << bit % 8;
	sheet_struck(s->fate.flip, "bit %lu of %zu bytes", (unsigned long)bit, len - DATA);
}

size_t share_fault_answer(struct share *s, size_t len, size_t room)
{
	struct share_fate *to = &s->fate;

	to->asked = false;
	if (to->error)
		return p9_refuse(s->message, len, s->answer, room, to->error);
	if (to->lost)
		return lose_write(s, len, room);
	len = p9_answer(&s->p9, s->message, len, s->answer, room);
	if (to->flip)
		flip(s, len);
	return len;
}
