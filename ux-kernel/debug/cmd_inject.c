// SPDX-License-Identifier: MIT
/* Monitor: inject. */
#include "../host/device_fault.h"
#include "../host/fault_spec.h"
#include "../host/vtime.h"
#include "command.h"

/* Those that were injected from outside; they stay armed for the life of the system. */
static struct fault_plan plan[FAULT_PLANS_MAX];
static unsigned plans;

static json_t *list(void)
{
	json_t *all = json_array();
	const struct fault_plan *p;

	device_fault_collect();
	for (unsigned i = 0; (p = fault_armed(i)); i++) {
		char text[FAULT_SPEC_MAX];

		fault_spec_print(p, text, sizeof(text));
		json_array_append_new(all, json_pack("{s:s, s:I, s:I}", "fault", text, "seen",
						     (json_int_t)p->seen, "fired",
						     (json_int_t)p->fired));
	}
	return json_pack("{s:o}", "faults", all);
}

json_t *command_inject(const json_t *args, struct command_error *err)
{
	const json_t *fault = json_object_get(args, "fault");
	const char *spec = json_string_value(fault);
	struct fault_plan *p = &plan[plans];
	char why[FAULT_SPEC_MAX];

	if (!fault)
		return list();
	if (!spec)
		return command_fail(err, "bad-argument", "a fault is POINT:WHEN[:WHOM[:ARG]]");
	if (fault_armed(FAULT_PLANS_MAX - 1))
		return command_fail(err, "failed", "no more than %u faults", FAULT_PLANS_MAX);
	if (!fault_spec_parse(p, spec, why, sizeof(why)))
		return command_fail(err, "bad-argument", "%s", why);
	if (p->point->effect == FAULT_TIME_JUMP && !vtime_on())
		return command_fail(err, "failed", "only simulated time can jump");
	if (device_fault_arm(p) < 0)
		return command_fail(err, "not-found",
				    "there is no such device, or several: WHOM "
				    "names one");
	fault_arm(p);
	plans++;
	return list();
}
