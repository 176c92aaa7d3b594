// SPDX-License-Identifier: MIT
/* l4ux boot: an entry of a module list, for example L4Re's sigma0, moe and applications. */
#define _GNU_SOURCE
#include "cli.h"
#include "legacy.h"
#include "modlist/modlist.h"

#include "../ux-kernel/host/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_MEMORY (64UL << 20)
#define MINIMUM_MEMORY (4UL << 20)
/* Without the leading plus: options may follow the list. */
#define OPTIONS (OPTIONS_SHORT "e:l:R:S:" + 1)

enum { OPT_SEARCH = OPT_SPECIFIC, OPT_ALLOW_SHELL };

static const char help[] =
	"usage: l4ux boot [OPTION...] --entry=NAME LIST\n"
	"       l4ux boot [OPTION...] --roottask=COMMAND [--module=COMMAND...]\n\n"
	"Starts what entry NAME of the module list LIST (modules.list) names: sigma0, the root\n"
	"task, the modules and the shared libraries they need; or what the options name. When\n"
	"there is no sigma0, the one of l4ux is used.\n\n" OPTIONS_HELP
	"  -e, --entry=NAME      the entry to start\n"
	"      --search=DIRS     where the files are, separated by colons (may be repeated);\n"
	"                        after that come the environment's MODULE_SEARCH_PATH, the\n"
	"                        list's searchpath and its own directory\n"
	"  -R, --roottask=COMMAND  file name and arguments of the root task; they replace what\n"
	"                        the list says\n"
	"  -S, --sigma0=COMMAND  the same for sigma0\n"
	"  -l, --module=COMMAND  add a module (may be repeated)\n"
	"      --allow-shell     run the programs of lines like module[shell]: only for lists\n"
	"                        you trust\n\n" LEGACY_HELP;

static const struct option longopts[] = {
	OPTIONS_LONG,
	{ "entry", required_argument, NULL, 'e' },
	{ "module", required_argument, NULL, 'l' },
	{ "roottask", required_argument, NULL, 'R' },
	{ "sigma0", required_argument, NULL, 'S' },
	{ "search", required_argument, NULL, OPT_SEARCH },
	{ "allow-shell", no_argument, NULL, OPT_ALLOW_SHELL },
	{ 0 },
};

/* Lives as long as the system; static, so that nothing has to be handed back. */
static struct {
	struct options common;
	const char *entry, *path;
	struct modlist_module sigma0, root; /* from options */
	struct modlist list;
	bool allow_shell;
	char *irq, *own_sigma0;
} o;

static int parse_own(int opt, char **argv)
{
	struct modlist_module m = { .cmdline = optarg };
	bool ok = true;

	switch (opt) {
	case 'e':
		o.entry = optarg;
		break;
	case 'l':
		m.where = "--module";
		ok = modlist_add(&o.list, &m);
		break;
	case 'R':
		m.where = "--roottask";
		o.root = m;
		break;
	case 'S':
		m.where = "--sigma0";
		o.sigma0 = m;
		break;
	case OPT_SEARCH:
		ok = modlist_search(&o.list, optarg, ":");
		break;
	case OPT_ALLOW_SHELL:
		o.allow_shell = true;
		break;
	case '?':
		return legacy_option(optopt) ? EXIT_USAGE : options_parse(&o.common, opt, argv);
	default:
		return options_parse(&o.common, opt, argv);
	}
	return ok ? 0 : EXIT_CANNOT_START;
}

static int parse(int argc, char **argv)
{
	int opt, e;

	e = options_init(&o.common);
	if (e)
		return e;
	while ((opt = getopt_long(argc, argv, OPTIONS, longopts, NULL)) != -1) {
		e = parse_own(opt, argv);
		if (e)
			return e;
	}
	if (argc - optind > 1)
		return usage_error("boot: one module list, please");
	o.path = argv[optind];
	if (!o.path && !o.root.cmdline)
		return usage_error("boot: which module list? Or name a root task with --roottask");
	if (!o.path && o.entry)
		return usage_error("boot: the entry %s of which module list?", o.entry);
	if (o.path && !o.entry)
		return usage_error("boot: which entry of %s? --entry=NAME says it", o.path);
	if (!o.common.memory)
		o.common.memory = DEFAULT_MEMORY;
	return options_check(&o.common, MINIMUM_MEMORY);
}

/* The list, if there is one; options weigh more than what it says. */
static bool read_list(void)
{
	const char *env = getenv("MODULE_SEARCH_PATH");
	const char *slash = o.path ? strrchr(o.path, '/') : NULL;
	const char *dir = slash ? strndupa(o.path, slash + 1 - o.path) : ".";

	if (env && !modlist_search(&o.list, env, ": \t\n"))
		return false;
	if (o.path && !modlist_read(&o.list, o.path, o.entry, o.allow_shell))
		return false;
	if (o.root.cmdline)
		o.list.root = o.root;
	if (o.sigma0.cmdline)
		o.list.sigma0 = o.sigma0;
	return modlist_search(&o.list, dir, "");
}

int cmd_boot(int argc, char **argv)
{
	struct kernel_config c = { 0 };
	int e;

	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return usage_print(help);
	e = parse(argc, argv);
	if (e)
		return e;
	o.irq = data_path("irq-emulator");
	if (!o.irq || !read_list() || !modlist_resolve(&o.list, o.common.memory, &c.boot))
		return EXIT_CANNOT_START;
	if (!c.boot.sigma0.part[0].path && !c.boot.sigma0.part[0].data)
		c.boot.sigma0.part[0].path = o.own_sigma0 = data_path("sigma0");
	if ((!c.boot.sigma0.part[0].path && !c.boot.sigma0.part[0].data) ||
	    boot_check_program(&c.boot.root) < 0)
		return EXIT_CANNOT_START;
	c.ram = o.common.memory;
	options_apply(&o.common, &c);
	c.debug.root_is_program = true;
	c.irq_program = o.irq;
	return launch(&c);
}
