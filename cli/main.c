// SPDX-License-Identifier: MIT
/* The command line: one subcommand per file. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "run", cmd_run, "start a native L4 program" },
	{ "boot", cmd_boot, "start an entry of a module list" },
	{ "linux", cmd_linux, "start Linux: a shell, or one command" },
	{ "image", cmd_image, "make a disk with a Debian system for the guest" },
	{ "test", cmd_test, "run test files" },
	{ "list", cmd_list, "show the running systems" },
	{ "monitor", cmd_monitor, "ask a running system" },
	{ "gdb", cmd_gdb, "start gdb on a running system" },
	{ "pause", cmd_pause, "stop a running system for a while" },
	{ "resume", cmd_resume, "let a paused system go on" },
	{ "trace", cmd_trace, "write what a running system did last" },
	{ "stop", cmd_stop, "end a running system" },
	{ "restore", cmd_restore, "go on with a system that was saved" },
	{ "inject", cmd_inject, "make things go wrong, thousands of times" },
	{ "doctor", cmd_doctor, "say what this host lacks and what to do" },
	{ "bench", cmd_bench, "measure it beside native Linux and User-Mode Linux" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int help(void)
{
	printf("l4ux " L4UX_VERSION ": an L4 microkernel as a Linux process\n\n"
	       "usage: l4ux COMMAND [OPTION...] [ARGUMENT...]\n\n");
	for (unsigned i = 0; i < COMMANDS; i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].help);
	printf("\n'l4ux COMMAND --help' tells more; 'l4ux --version' prints the version.\n"
	       "Exit status: the guest's own; 64 usage, 69 host lacks something, 70 internal\n"
	       "error, 123 simulated time is up, 124 --timeout reached, 125 the guest could not\n"
	       "be started, 255 guest panic.\n");
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return usage_error("no command given");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return help();
	if (!strcmp(argv[1], "--version"))
		return usage_print("l4ux " L4UX_VERSION "\n");
	restart_keep(argc, argv);
	for (unsigned i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return restart_finish(commands[i].run(argc - 1, argv + 1));
	return usage_error("unknown %s '%s'", argv[1][0] == '-' ? "option" : "command", argv[1]);
}
