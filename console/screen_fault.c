// SPDX-License-Identifier: MIT
/* What faults make of the changes that a program tells: one is lost, or none is looked at. */
#include "screen.h"

#include "../devices/sheet.h"

bool screen_faulty(struct screen *s, uint32_t x, uint32_t y)
{
	struct device_fault *f;
	bool lost = false;
	unsigned i = 0;

	while ((f = sheet_next(&i, FAULT_EVENT_UPDATE, 0))) {
		sheet_struck(f, "at %u, %u", x, y);
		if (sheet_effect(f) == FAULT_SCREEN_LATE)
			s->late_until = sheet_now() + f->arg;
		else
			lost = true;
	}
	return lost;
}

bool screen_is_late(struct screen *s)
{
	if (!s->late_until)
		return false;
	if (sheet_now() < s->late_until) {
		sheet_wake(s->late_until);
		return true;
	}
	s->late_until = 0;
	return false;
}
