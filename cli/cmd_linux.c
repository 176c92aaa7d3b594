// SPDX-License-Identifier: MIT
/* l4ux linux: the guest Linux server with an initial root file system. */
#define _GNU_SOURCE
#include "cli.h"

#include "../ux-kernel/core/arch.h"
#include "../ux-kernel/host/clock.h"
#include "../ux-kernel/host/report.h"
#include "../ux-kernel/host/seed.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_MEMORY (256UL << 20)
#define DEFAULT_MEMORY_DISK (512UL << 20) /* a distribution */
#define SYSTEM_DISK "vda"
#define MINIMUM_MEMORY (32UL << 20)
#define GUEST_BASE 0x60000000UL  /* where the guest kernel is linked */
#define INIT_MEMORY (16UL << 20) /* for init, page tables and the modules' last pages */
#define BESIDE "beside"          /* name of the module */
#define ENTROPY_BYTES 64
#define APPEND_MAX 3800 /* a kernel command line has 4096 bytes */
#define WORDS_MAX 4000  /* the guest's init: 4096 strings with the environment, 64 KiB */
#define WORD_BYTES_MAX 65000
#define EPOCH_MAX 4102444800LL /* the year 2100: the guest counts nanoseconds in 63 bits */
#define SECOND_NS 1000000000LL
#define VIRTUAL_EPOCH 1767225600LL /* 2026-01-01, when nothing else is said */

enum { OPT_APPEND = OPT_SPECIFIC, OPT_INITRD, OPT_ROOT, OPT_EPOCH, OPT_BESIDE };

static const char help[] =
	"usage: l4ux linux [OPTION...] [-- COMMAND [ARGUMENT...]]\n\n"
	"Boots Linux and runs COMMAND in it, or a shell. Exits with its status.\n\n" OPTIONS_HELP
	"      --append=STRING   add to the guest's kernel command line\n"
	"      --initrd=FILE     initial root file system (cpio, plain or gzipped) instead of\n"
	"                        the small one that comes with l4ux\n"
	"      --epoch=SECONDS   the guest's date at the start, since 1970 (default: the host's;\n"
	"                        with --time=virtual the first of January 2026)\n"
	"      --root=DEVICE     start the system on a disk, for example vda1, instead; the\n"
	"                        first disk, if l4ux image has made it, needs no such word\n"
	"      --beside=PROGRAM  start this L4 program, too; it ends with Linux\n";

static const struct option longopts[] = {
	OPTIONS_LONG,
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "epoch", required_argument, NULL, OPT_EPOCH },
	{ "beside", required_argument, NULL, OPT_BESIDE },
	{ 0 },
};

struct linux_options {
	struct options common;
	const char *append;
	const char *initrd;
	int64_t epoch;      /* seconds; -1: not given */
	const char *beside; /* an L4 program; NULL: none */
	const char *root;   /* without /dev/; NULL: the initial file system is all there is */
};

/* Limits of the guest, checked here because it could only cut what is too long. */
static int check_words(const struct linux_options *o, char **argv)
{
	size_t words = 0, bytes = 0;

	for (const char *c = o->append; *c; c++)
		if (iscntrl((unsigned char)*c))
			return usage_error("--append must be one line without control characters");
	if (strlen(o->append) > APPEND_MAX)
		return usage_error("--append is longer than %d bytes", APPEND_MAX);
	for (; *argv; argv++) {
		words++;
		bytes += strlen(*argv) + 1;
	}
	if (words > WORDS_MAX || bytes > WORD_BYTES_MAX)
		return usage_error(
			"the command has %zu words and %zu bytes; the guest takes %d and %d", words,
			bytes, WORDS_MAX, WORD_BYTES_MAX);
	return 0;
}

static int check_root(const struct linux_options *o, bool command)
{
	if (!o->root)
		return 0;
	if (strncmp(o->root, "vd", 2) != 0 || o->root[2] < 'a' ||
	    (unsigned)(o->root[2] - 'a') >= o->common.disks ||
	    o->root[3 + strspn(o->root + 3, "0123456789")])
		return usage_error("--root=%s: the disks are vda, vdb, ... in the order of --disk, "
				   "a partition is vda1",
				   o->root);
	if (o->initrd)
		return usage_error("--root and --initrd are two ways to start: take one");
	if (command)
		return usage_error("--root starts the init of the disk, which takes no command; "
				   "--append=init=/bin/sh starts something else");
	return 0;
}

static int parse_epoch(struct linux_options *o, const char *s)
{
	char *end;

	errno = 0;
	o->epoch = strtoll(s, &end, 10);
	if (!isdigit((unsigned char)*s) || *end || errno || o->epoch > EPOCH_MAX)
		return usage_error("--epoch=%s: not a number of seconds since 1970", s);
	return 0;
}

static int parse(struct linux_options *o, int argc, char **argv)
{
	int opt, e;

	e = options_init(&o->common);
	if (e)
		return e;
	o->append = "";
	o->epoch = -1;
	while ((opt = getopt_long(argc, argv, OPTIONS_SHORT, longopts, NULL)) != -1) {
		e = 0;
		if (opt == OPT_APPEND)
			o->append = optarg;
		else if (opt == OPT_INITRD)
			o->initrd = optarg;
		else if (opt == OPT_BESIDE)
			o->beside = optarg;
		else if (opt == OPT_ROOT)
			o->root = strncmp(optarg, "/dev/", 5) ? optarg : optarg + 5;
		else if (opt == OPT_EPOCH)
			e = parse_epoch(o, optarg);
		else
			e = options_parse(&o->common, opt, argv);
		if (e)
			return e;
	}
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		return usage_error("linux: unexpected '%s'; a command follows after --",
				   argv[optind]);
	if (!o->root && !o->initrd && o->common.system_disk && optind == argc)
		o->root = SYSTEM_DISK;
	e = check_root(o, optind < argc);
	if (e)
		return e;
	if (!o->common.memory)
		o->common.memory = o->root ? DEFAULT_MEMORY_DISK : DEFAULT_MEMORY;
	o->common.memory &= ~((1UL << 20) - 1);
	e = check_words(o, argv + optind);
	return e ? e : options_check(&o->common, MINIMUM_MEMORY);
}

/* What the guest's init is told: the command's words and the terminal. */
static bool session_archive(struct cpio *c, const struct options *o, char **argv)
{
	struct winsize ws = { 0 };
	bool tty = isatty(STDIN_FILENO), good = true;
	const char *term = getenv("TERM");
	char *words = NULL, *env = NULL;
	size_t words_len = 0, env_len = 0;
	FILE *f = open_memstream(&words, &words_len);

	for (char **a = argv; f && *a; a++)
		fwrite(*a, 1, strlen(*a) + 1, f);
	if (!f || fclose(f))
		return false;
	f = open_memstream(&env, &env_len);
	if (!f)
		return false;
	fprintf(f, "TERM=%s%cL4UX_TTY=%d%c", tty && term ? term : "dumb", 0, tty, 0);
	if (o->gui.on)
		fprintf(f, "L4UX_SCREEN=1%c", 0);
	for (unsigned i = 0; i < o->shares; i++)
		fprintf(f, "%s%s", i ? "," : "L4UX_SHARES=", o->share[i]);
	if (o->shares)
		fputc(0, f);
	if (tty && !ioctl(STDIN_FILENO, TIOCGWINSZ, &ws) && ws.ws_col && ws.ws_row)
		fprintf(f, "COLUMNS=%u%cLINES=%u%c", ws.ws_col, 0, ws.ws_row, 0);
	if (fclose(f))
		return false;
	good = cpio_add(c, "l4ux", S_IFDIR | 0755, NULL, 0) &&
	       cpio_add(c, "l4ux/env", S_IFREG | 0644, env, env_len);
	if (good && *argv)
		good = cpio_add(c, "l4ux/argv", S_IFREG | 0644, words, words_len);
	free(words);
	free(env);
	return good && cpio_end(c);
}

/* The guest's date when the system clock is 0, in nanoseconds since 1970. */
static int64_t epoch_ns(const struct linux_options *o)
{
	struct timespec ts = { .tv_sec = VIRTUAL_EPOCH };

	if (o->epoch >= 0)
		ts.tv_sec = o->epoch;
	else if (!vtime_on())
		clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND_NS + ts.tv_nsec - (int64_t)arch_now_ns();
}

/* The user's part comes first, as one word of init's language: of two mem= the last one holds. */
static char *boot_script(const struct linux_options *o, bool command)
{
	unsigned long mib = o->common.memory >> 20;
	size_t len;
	char *s;
	FILE *f = open_memstream(&s, &len);

	if (!f)
		return NULL;
	fprintf(f, "start --ram=0x%lx:%luM vmlinux ", GUEST_BASE, mib);
	if (*o->append) {
		fputc('"', f);
		for (const char *c = o->append; *c; c++)
			fprintf(f, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
		fputs("\" ", f);
	}
	if (o->root)
		fprintf(f, "root=/dev/%s rw rootwait ", o->root);
	if (o->common.dhcp_net >= 0 && !strstr(o->append, "ip="))
		fprintf(f, "ip=:::::eth%d:dhcp ", o->common.dhcp_net);
	fprintf(f, "mem=%luM console=hvc0%s l4.epoch=%lld %s\n", mib,
		o->common.gui.on ? " console=tty0" : "", (long long)epoch_ns(o),
		command ? "quiet" : "loglevel=4");
	if (o->beside)
		fputs("start --beside --name=beside --prio=3 " BESIDE "\n", f);
	return fclose(f) ? NULL : s;
}

/* What lives as long as the system; static, so that nothing has to be handed back. */
static struct {
	char *sigma0, *init, *irq, *vmlinux, *initrd, *script;
	char entropy[ENTROPY_BYTES];
	struct cpio session;
} parts;

static bool find_parts(const struct linux_options *o)
{
	return (parts.sigma0 = data_path("sigma0")) && (parts.init = data_path("init")) &&
	       (parts.irq = data_path("irq-emulator")) && (parts.vmlinux = data_path("vmlinux")) &&
	       (parts.initrd = o->initrd ? strdup(o->initrd) : data_path("initramfs.cpio.gz"));
}

static bool fill_entropy(const struct time_plan *time)
{
	struct seed seed = seed_start(time->seed, SEED_ENTROPY);

	if (!time->is_virtual && !time->seeded)
		return getrandom(parts.entropy, sizeof(parts.entropy), 0) == sizeof(parts.entropy);
	seed_fill(&seed, parts.entropy, sizeof(parts.entropy));
	return true;
}

static int start(struct linux_options *o, char **argv)
{
	const struct boot_module beside = { BESIDE, { { .path = o->beside } } };

	if (!find_parts(o) || (o->initrd && cpio_check(o->initrd) < 0) ||
	    (o->beside && boot_check_program(&beside) < 0))
		return EXIT_CANNOT_START;
	/* The script carries the wall clock, which is told in terms of the system clock. */
	vtime_init(&o->common.time);
	if (clock_init() < 0 || !fill_entropy(&o->common.time) ||
	    !session_archive(&parts.session, &o->common, argv) ||
	    !(parts.script = boot_script(o, *argv))) {
		report_error("out of memory, or of randomness, on the host");
		return EXIT_CANNOT_START;
	}
	const struct boot_module initrd = { "initrd",
					    { { .path = parts.initrd },
					      { .data = parts.session.data,
						.len = parts.session.len } } };
	const unsigned modules_always = 3;
	const struct boot_module modules[] = {
		{ "boot.script", { { .data = parts.script, .len = strlen(parts.script) } } },
		{ "vmlinux", { { .path = parts.vmlinux } } },
		{ "entropy", { { .data = parts.entropy, .len = sizeof(parts.entropy) } } },
		/* from here on what there is not always */
		o->beside ? beside : initrd,
		initrd,
	};
	struct kernel_config c = {
		.boot = {
			.kernel_cmdline = "l4ux",
			.sigma0 = { "sigma0", { { .path = parts.sigma0 } } },
			.root = { "init", { { .path = parts.init } } },
			.module = modules,
			.modules = modules_always + (o->beside != NULL) + (o->root == NULL),
		},
		.ram = o->common.memory + INIT_MEMORY,
		.raw_terminal = true,
		.irq_program = parts.irq,
	};

	/* One command runs once. */
	o->common.no_reboot |= *argv != NULL;
	options_apply(&o->common, &c);
	return launch(&c);
}

int cmd_linux(int argc, char **argv)
{
	struct linux_options o = { 0 };
	int e;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return usage_print(help);
	e = parse(&o, argc, argv);
	return e ? e : start(&o, argv + optind);
}
