// SPDX-License-Identifier: MIT
/* What faults make of the changes that a program tells: one is lost, or none is looked at. */
#include "screen.h"

#include "clock.h"

bool screen_faulty(struct screen *s, uint32_t x, uint32_t y)
{
	struct device_fault *f;
	bool lost = false;
	unsigned i = 0;

	while ((f = sheet_next(&i, FAULT_EVENT_UPDATE, 0))) {
		sheet_struck(f, "at %u, %u", x, y);
		if (sheet_effect(f) == FAULT_SCREEN_LATE)
			s->page->late_until = clock_now(s->page) + f->arg;
		else
			lost = true;
	}
	return lost;
}

bool screen_is_late(struct screen *s)
{
	if (!s->page->late_until)
		return false;
	if (clock_now(s->page) < s->page->late_until) {
		clock_wake(s->page, s->page->late_until);
		return true;
	}
	s->page->late_until = 0;
	return false;
}
