// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel command line: what we were started with, plus what this port always needs, so that
 * a boot script may stay as short as "start vmlinux mem=256M".
 */
#include <linux/init.h>
#include <linux/string.h>
#include "os_l4.h"

#define MAX_ARGS 64

static bool __init has_prefix(int argc, char **argv, const char *prefix)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strncmp(argv[i], prefix, strlen(prefix)))
			return true;
	return false;
}

int __init l4_cmdline(int argc, char **argv, char ***argv_out)
{
	static char *args[MAX_ARGS + 3] __initdata;
	static char console[] __initdata = "console=hvc0", initrd[] __initdata = "initrd=initrd";
	unsigned long size;
	int n, i;

	n = min(argc, MAX_ARGS);
	for (i = 0; i < n; i++)
		args[i] = argv[i];
	if (!has_prefix(argc, argv, "console="))
		args[n++] = console;
	if (!has_prefix(argc, argv, "initrd=") && l4h_module_find("initrd", &size) >= 0)
		args[n++] = initrd;
	*argv_out = args;
	return n;
}
