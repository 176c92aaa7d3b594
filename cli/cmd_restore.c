// SPDX-License-Identifier: MIT
/* l4ux restore: goes on with a system that --snapshot has saved. */
#include "cli.h"
#include "devices.h"

#include "../ux-kernel/snapshot/snapshot.h"

#include <getopt.h>
#include <string.h>

static const char help[] =
	"usage: l4ux restore [OPTION...] FILE\n\n"
	"Goes on with the system that --snapshot=FILE has saved, in simulated time. Memory is\n"
	"as large as it was; --seed=N changes the steps of time from there on. Devices are made\n"
	"anew by the options they had; what is written to a disk is in memory, and gone with the\n"
	"system. --gui=headless leaves out the window it had, --input-script=FILE begins with\n"
	"another script.\n\n" OPTIONS_HELP;

static const struct option longopts[] = { OPTIONS_LONG, { 0 } };

static int parse(struct options *o, int argc, char **argv)
{
	int opt, e;

	options_init(o);
	o->time.is_virtual = true;
	while ((opt = getopt_long(argc, argv, OPTIONS_SHORT, longopts, NULL)) != -1) {
		e = options_parse(o, opt, argv);
		if (e)
			return e;
	}
	if (argc - optind != 1)
		return usage_error("restore: which file? One, please");
	if (o->memory || o->kmem || o->devices || !o->time.is_virtual)
		return usage_error("restore: memory, devices and the kind of time are those of the "
				   "snapshot");
	return 0;
}

int cmd_restore(int argc, char **argv)
{
	static struct options o;
	static struct snapshot s;
	static char *irq; /* lives as long as the system */
	struct kernel_config c = { 0 };
	int e;

	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return usage_print(help);
	e = parse(&o, argc, argv);
	if (e)
		return e;
	irq = data_path("irq-emulator");
	if (!irq || snapshot_open(&s, argv[optind]) < 0)
		return EXIT_CANNOT_START;
	e = devices_restore(&o, &s);
	if (!e)
		e = options_check(&o, 0);
	if (e)
		return e;
	options_apply(&o, &c);
	c.raw_terminal = s.header->raw_terminal;
	c.restore = &s;
	c.irq_program = irq;
	return launch(&c);
}
