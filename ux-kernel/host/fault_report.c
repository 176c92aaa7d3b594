// SPDX-License-Identifier: MIT
/* What a fault did, in words: whoever injects one wants to know that it happened. */
#include "fault_report.h"

#include "../core/kobj.h"
#include "../fault/plan.h"
#include "report.h"

#include <stdio.h>

#define WORD 64
#define BYTE 8

static void describe(char *buf, size_t size, const struct fault_plan *p, uint64_t detail)
{
	switch (p->point->effect) {
	case FAULT_REG_FLIP:
		snprintf(buf, size, ": %s bit %lu", fault_register_names[detail / WORD],
			 detail % WORD);
		break;
	case FAULT_RAM_FLIP:
	case FAULT_CODE_FLIP:
		snprintf(buf, size, ": address 0x%lx bit %lu", detail / BYTE, detail % BYTE);
		break;
	case FAULT_STDIN_LOST:
	case FAULT_STDOUT_LOST:
		snprintf(buf, size, ": 0x%02lx", detail);
		break;
	case FAULT_STDIN_FLIP:
	case FAULT_STDOUT_FLIP:
		snprintf(buf, size, ": 0x%02lx bit %lu", detail & 0xff, detail >> BYTE);
		break;
	case FAULT_STDIN_LATE:
	case FAULT_IRQ_LATE:
	case FAULT_IPC_DELAY:
	case FAULT_TIME_JUMP:
		snprintf(buf, size, ": by %lu us", detail);
		break;
	default:
		buf[0] = 0;
	}
}

void fault_report(const struct fault_plan *p, const struct kobj *victim, uint64_t detail)
{
	char what[64], whom[64] = "";

	describe(what, sizeof(what), p, detail);
	if (victim)
		snprintf(whom, sizeof(whom), " of %s %lu%s%s", victim->ops->name, victim->id,
			 victim->name[0] ? " " : "", victim->name);
	report_guest("fault %s, number %lu of the %s%s%s", p->point->name, p->seen,
		     fault_event_names[p->point->event], whom, what);
}
