// SPDX-License-Identifier: MIT
/* l4ux gdb: starts gdb and connects it with a running system. */
#define _GNU_SOURCE
#include "cli.h"
#include "control.h"

#include "../devices/instance_files.h"
#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
	"usage: l4ux gdb [--gdb=PROGRAM] NAME|PID [GDB-ARGUMENT...]\n\n"
	"Starts gdb connected to a running system, which stops meanwhile. For a guest Linux its\n"
	"symbols are loaded; name a file among the arguments for others.\n\n"
	"      --gdb=PROGRAM     the debugger (default: gdb)\n";

static const struct option longopts[] = {
	{ "gdb", required_argument, NULL, 'g' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* The guest kernel, if that is what runs there. Heap. */
static char *symbols(const struct instance *i)
{
	struct control c;
	char why[200], *path = NULL;
	const char *command;
	json_t *info;

	if (control_connect(&c, i))
		return NULL;
	info = control_ask(&c, "info", NULL, why);
	command = json_string_value(json_object_get(info, "command"));
	if (command && strstr(command, " linux"))
		path = data_path("vmlinux");
	json_decref(info);
	control_close(&c);
	return path;
}

int cmd_gdb(int argc, char **argv)
{
	const char *program = "gdb";
	struct instance i;
	char **words, *target, *file;
	int opt, e, n = 0;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:h", longopts, NULL)) != -1) {
		if (opt == 'h')
			return usage_print(help);
		if (opt != 'g')
			return usage_error("gdb: option '%s' is unknown, or needs a value",
					   argv[optind - 1]);
		program = optarg;
	}
	if (optind == argc)
		return usage_error("gdb: which system? 'l4ux list' shows them");
	e = control_find(argv[optind++], &i);
	if (e)
		return e;
	file = symbols(&i);
	words = calloc(argc - optind + 8, sizeof(*words));
	if (!words || asprintf(&target, "target extended-remote %s/" INSTANCE_GDB, i.path) < 0) {
		free(words);
		return EXIT_FAILURE;
	}
	words[n++] = (char *)program;
	if (file)
		words[n++] = file;
	words[n++] = (char *)"-ex";
	words[n++] = (char *)"set schedule-multiple on";
	words[n++] = (char *)"-ex";
	words[n++] = target;
	while (optind < argc)
		words[n++] = argv[optind++];
	execvp(program, words);
	report_error("cannot start %s: %s%s", program, report_errno(errno),
		     errno == ENOENT ? "; install gdb" : "");
	free(target);
	free(words);
	return EXIT_UNAVAILABLE;
}
