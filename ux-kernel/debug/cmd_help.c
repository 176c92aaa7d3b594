// SPDX-License-Identifier: MIT
/* Monitor: help. */
#include "command.h"

json_t *command_help(const json_t *args, struct command_error *err)
{
	json_t *list = json_array();

	(void)args;
	(void)err;
	for (unsigned i = 0; i < command_count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s}", "command", commands[i].name, "arguments",
					commands[i].arguments, "help", commands[i].help));
	return json_pack("{s:o}", "commands", list);
}
