// SPDX-License-Identifier: MIT
/* Monitor: screenshot. */
#include "../host/report.h"
#include "../host/screen.h"
#include "command.h"

#include <errno.h>

json_t *command_screenshot(const json_t *args, struct command_error *err)
{
	const char *file = json_string_value(json_object_get(args, "file"));
	int e;

	if (!file || !*file)
		return command_fail(err, "bad-argument", "to which file? Its name is missing");
	if (!screen_first_view())
		return command_fail(err, "no-screen", "this system has no screen: --gui gives one");
	e = screen_shot(file);
	if (e)
		return command_fail(err, "cannot-write", "%s: %s", file, report_errno(-e));
	return json_pack("{s:s}", "file", file);
}
