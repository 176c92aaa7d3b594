// SPDX-License-Identifier: MIT
/* l4ux list: the systems of this user that run. */
#define _GNU_SOURCE
#include "cli.h"
#include "control.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] = "usage: l4ux list [--json]\n\n"
			   "Shows the running systems of this user.\n\n"
			   "      --json            one JSON object per line\n";

static const struct option longopts[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static json_t *describe(const struct instance *i)
{
	struct control c;
	char why[200];
	json_t *info = NULL, *j;

	if (!control_connect(&c, i)) {
		info = control_ask(&c, "info", NULL, why);
		control_close(&c);
	}
	j = json_pack("{s:s, s:i, s:s, s:s}", "name", i->name, "pid", (int)i->pid, "state",
		      "does not answer", "command", "");
	if (info)
		json_object_update_existing(j, info);
	json_decref(info);
	return j;
}

static int add(const struct instance *i, void *list)
{
	json_array_append_new(list, describe(i));
	return 0;
}

int cmd_list(int argc, char **argv)
{
	json_t *list = json_array(), *result, *row;
	bool json = false;
	size_t n;
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "h", longopts, NULL)) != -1) {
		if (opt == 'h')
			return usage_print(help);
		if (opt != 'j')
			return usage_error("list: unknown option '%s'", argv[optind - 1]);
		json = true;
	}
	if (optind < argc)
		return usage_error("list takes no '%s'", argv[optind]);
	instance_each(add, list);
	if (json) {
		json_array_foreach(list, n, row)
		{
			json_dumpf(row, stdout, JSON_COMPACT);
			putchar('\n');
		}
		json_decref(list);
		return EXIT_SUCCESS;
	}
	result = json_pack("{s:o}", "running systems", list);
	show_result(result);
	json_decref(result);
	return EXIT_SUCCESS;
}
