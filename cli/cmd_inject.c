// SPDX-License-Identifier: MIT
/* l4ux inject: faults, one by one or in campaigns. */
#include "cli.h"
#include "inject/inject.h"

#include <string.h>

static const char help[] =
	"usage: l4ux inject --list-points\n\n"
	"Shows what can go wrong in a system. A single fault is injected with the option --fault\n"
	"of run, boot and linux:\n\n"
	"  --fault=POINT:WHEN[:WHOM[:ARG]]\n\n"
	"  WHEN   N: the N-th event of the kind that the point counts; N+: all from there on;\n"
	"         N-M: those; @TIME: the first that much time after the start\n"
	"  WHOM   NAME of a thread, task or IRQ object, NAME* for all that begin so, #NUMBER of\n"
	"         an object, any (the default); only events that concern it are counted\n"
	"  ARG    see the table\n\n"
	"  l4ux run --fault=reg.flip:12:hello:rbx.3 build/examples/hello\n";

int cmd_inject(int argc, char **argv)
{
	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return usage_print(help);
	if (argc == 2 && !strcmp(argv[1], "--list-points"))
		return inject_list_points();
	return usage_error("inject: --list-points is all there is");
}
