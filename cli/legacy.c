// SPDX-License-Identifier: MIT
/* Options of Fiasco-UX that mean nothing here. */
#include "legacy.h"

#include "cli.h"

static const struct {
	char letter;
	const char *was, *instead;
} options[] = {
	{ '0', "switch the timer off", "there is no timer to disturb: the kernel is tickless" },
	{ 'C', "root task configuration", "add the file with --module and name it in --roottask" },
	{ 'E', "network program", "--net gives it a network" },
	{ 'F', "frame buffer program", "--gui gives it a screen" },
	{ 'G', "frame buffer geometry", "say --gui=WIDTHxHEIGHT@DEPTH" },
	{ 'I', "timer program", "l4ux brings its own" },
	{ 'L', "line numbers", "give the file to a debugger of the host" },
	{ 'N', "network", "--net gives it a network" },
	{ 'T', "test mode", "'l4ux run --root PROGRAM' starts a program alone" },
	{ 'Y', "symbols", "give the file to a debugger of the host" },
	{ 'f', "memory file", "the guest's memory has no name on the host" },
	{ 'j', "commands for the kernel debugger", "l4ux has no kernel debugger" },
	{ 'k', "memory of the kernel", "kernel objects live outside of the guest's memory" },
	{ 'n', "native tasks", "every task is a host process" },
	{ 'q', "no start message", "there is none without --verbose" },
	{ 's', "emulate cli and sti", "the kernel does not execute any" },
	{ 't', "size of the trace buffer", "it has one size, see L4_TRACE_LOG_OP" },
	{ 'w', "wait in the kernel debugger", "l4ux has no kernel debugger" },
};

bool legacy_option(int letter)
{
	for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (options[i].letter != letter)
			continue;
		usage_error("-%c (%s) is an option of Fiasco-UX that is gone: %s", letter,
			    options[i].was, options[i].instead);
		return true;
	}
	return false;
}
