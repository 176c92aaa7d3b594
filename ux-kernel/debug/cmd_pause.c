// SPDX-License-Identifier: MIT
/* Monitor: pause and resume. */
#include "command.h"
#include "hold.h"

json_t *command_pause(const json_t *args, struct command_error *err)
{
	(void)args;
	(void)err;
	hold_set(HOLD_MONITOR);
	return json_pack("{s:s}", "state", "paused");
}

json_t *command_resume(const json_t *args, struct command_error *err)
{
	(void)args;
	hold_clear(HOLD_MONITOR);
	if (hold_active())
		return command_fail(err, "failed", "a debugger still holds it");
	return json_pack("{s:s}", "state", "running");
}
