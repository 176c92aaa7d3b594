// SPDX-License-Identifier: MIT
/* l4ux bench: the benchmark is a script of this installation; it is told of this program. */
#define _GNU_SOURCE
#include "cli.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INTERPRETER "python3"
#define OWN_ARGUMENTS 4 /* interpreter, script, --l4ux=, and the NULL at the end */

int cmd_bench(int argc, char **argv)
{
	char exe[PATH_MAX], *option, *script = data_path("bench/run.py");
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char **args;

	if (!script)
		return EXIT_UNAVAILABLE;
	args = calloc((size_t)argc + OWN_ARGUMENTS, sizeof(*args));
	if (n < 0 || !args || asprintf(&option, "--l4ux=%.*s", (int)n, exe) < 0) {
		report_error("cannot prepare the benchmark: %s", strerror(errno));
		free(args);
		return EXIT_UNAVAILABLE;
	}
	args[0] = (char *)INTERPRETER;
	args[1] = script;
	args[2] = option;
	memcpy(args + 3, argv + 1, (size_t)(argc - 1) * sizeof(*args));
	execvp(INTERPRETER, args);
	report_error("cannot start " INTERPRETER ", which the benchmark is written for: %s",
		     strerror(errno));
	free(args);
	free(option);
	free(script);
	return EXIT_UNAVAILABLE;
}
