// SPDX-License-Identifier: MIT
/* What faults make of a report of keyboard or pointer: gone, late, twice, another one. */
#include "input.h"

#include "clock.h"

#include <linux/input.h>
#include <string.h>

static void strike(struct device_fault *f, const struct console_event *e)
{
	switch (e->type) {
	case EV_KEY:
		sheet_struck(f, "key %u %s", e->code, e->value ? "down" : "up");
		break;
	case EV_ABS:
		sheet_struck(f, "place %u, %u", e->value, e[1].value);
		break;
	default:
		sheet_struck(f, "wheel %d", (int)e->value);
	}
}

/* Without a place to wait it is lost. */
static void hold(struct input *in, uint64_t until)
{
	for (unsigned i = 0; i < CONSOLE_HELD; i++) {
		struct console_report *h = &in->page->held[i];

		if (h->size)
			continue;
		*h = in->report;
		h->due = until;
		clock_wake(in->page, until);
		return;
	}
}

static void corrupt(struct input *in, uint64_t bit)
{
	struct console_event *e = &in->report.event[0];

	if (e->type == EV_KEY)
		e->code ^= 1U << bit % 8;
	else
		e->value ^= 1U << bit % 8;
	input_pass(in, &in->report);
}

bool input_faulty(struct input *in)
{
	struct device_fault *f, *first = NULL;
	unsigned i = 0;

	while ((f = sheet_next(&i, FAULT_EVENT_INPUT, 0)))
		first = first ? first : f;
	if (!first)
		return false;
	strike(first, in->report.event);
	switch (sheet_effect(first)) {
	case FAULT_INPUT_LATE:
		hold(in, clock_now(in->page) + first->arg);
		break;
	case FAULT_INPUT_DOUBLE:
		input_pass(in, &in->report);
		input_pass(in, &in->report);
		break;
	case FAULT_INPUT_CORRUPT:
		corrupt(in, first->arg);
		break;
	default: /* lost */
		break;
	}
	return true;
}

/* The one that is due first; NULL: none is held. */
static struct console_report *next_held(struct input *in)
{
	struct console_report *next = NULL;

	for (unsigned i = 0; i < CONSOLE_HELD; i++)
		if (in->page->held[i].size && (!next || in->page->held[i].due < next->due))
			next = &in->page->held[i];
	return next;
}

void input_fault_work(struct input *in)
{
	struct console_report *h;

	while ((h = next_held(in)) && h->due <= clock_now(in->page) && input_room(in)) {
		input_pass(in, h);
		h->size = 0;
	}
	if (h && h->due > clock_now(in->page)) /* else the driver's bell calls us */
		clock_wake(in->page, h->due);
}
