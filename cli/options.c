// SPDX-License-Identifier: MIT
/* Options that every start of a system has. */
#include "cli.h"
#include "devices.h"
#include "standard_io.h"

#include "../ux-kernel/host/device_fault.h"
#include "../ux-kernel/host/instance.h"
#include "../ux-kernel/host/pin.h"
#include "../ux-kernel/host/report.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KMEM_SMALLEST (1UL << 20)
#define DEFAULT_SEED 1

int (*launch)(const struct kernel_config *c) = kernel_run;

static int parse_engine(struct options *o, const char *what, const char *s)
{
	static const char *const name[] = {
		[ENGINE_AUTO] = "auto",
		[ENGINE_PTRACE] = "ptrace",
		[ENGINE_STUB] = "stub",
	};

	for (unsigned i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		if (strcmp(s, name[i]) != 0)
			continue;
		o->engine = i;
		return 0;
	}
	return usage_error("%s=%s: the engines are auto, ptrace and stub", what, s);
}

int options_init(struct options *o)
{
	const char *env = getenv("L4UX_ENGINE");

	*o = (struct options){ .cpu = PIN_AUTO, .time.seed = DEFAULT_SEED, .dhcp_net = -1 };
	o->timeout_left = restart_timeout_left();
	opterr = 0;
	optind = 0; /* not 1: the last list of options may have been of another kind */
	return env ? parse_engine(o, "L4UX_ENGINE", env) : 0;
}

static int parse_cpu(struct options *o, const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (!strcmp(s, "none"))
		o->cpu = PIN_NONE;
	else if (*s && !*end && n >= 0 && n < sysconf(_SC_NPROCESSORS_CONF))
		o->cpu = n;
	else
		return usage_error("--cpu=%s: this host's CPUs are 0 to %ld, or say none", s,
				   sysconf(_SC_NPROCESSORS_CONF) - 1);
	return 0;
}

static int parse_seed(struct options *o, const char *s)
{
	char *end;

	errno = 0;
	o->time.seed = strtoull(s, &end, 0);
	if (!isdigit((unsigned char)*s) || *end || errno)
		return usage_error("--seed=%s: not a number from 0 to 2^64-1", s);
	o->time.seeded = true;
	return 0;
}

static int parse_gdb(struct options *o, const char *s)
{
	char *end;
	unsigned long port = strtoul(s, &end, 10);

	o->debug.gdb = s;
	if (!strcmp(s, "stdio"))
		return standard_io_take("--gdb=stdio", o->debug.gdb_stdio);
	if ((!strncmp(s, "unix:", 5) && s[5]) || (*s >= '1' && *s <= '9' && !*end && port < 65536))
		return 0;
	return usage_error("--gdb=%s: a port from 1 to 65535, unix:PATH or stdio", s);
}

static int parse_fault(struct options *o, const char *s)
{
	char why[FAULT_SPEC_MAX];

	if (o->faults == FAULT_PLANS_MAX)
		return usage_error("more than %u faults", FAULT_PLANS_MAX);
	if (fault_spec_parse(&o->fault[o->faults++], s, why, sizeof(why)))
		return 0;
	return usage_error("--fault=%s: %s", s, why);
}

int options_parse(struct options *o, int opt, char **argv)
{
	switch (opt) {
	case 'm':
		if (!parse_size(optarg, &o->memory))
			return usage_error("-m %s: not a size; write for example 64M or 1G",
					   optarg);
		return 0;
	case OPT_TIMEOUT:
		if (!parse_duration(optarg, &o->timeout_ns))
			return usage_error(
				"--timeout=%s: not a time; write for example 500ms or 10s", optarg);
		return 0;
	case OPT_NO_REBOOT:
		o->no_reboot = true;
		return 0;
	case OPT_CPU:
		return parse_cpu(o, optarg);
	case OPT_ENGINE:
		return parse_engine(o, "--engine", optarg);
	case OPT_KMEM:
		if (!parse_size(optarg, &o->kmem) || o->kmem < KMEM_SMALLEST)
			return usage_error("--kmem=%s: not a size of at least 1M", optarg);
		return 0;
	case OPT_DISK:
	case OPT_NET:
	case OPT_SERIAL:
	case OPT_SHARE:
	case OPT_ENTROPY:
		return devices_option(o, opt, optarg);
	case OPT_FAULT:
		return parse_fault(o, optarg);
	case OPT_WATCHDOG:
		return watchdog_parse(&o->watchdog, optarg);
	case OPT_TIME:
		o->time.is_virtual = !strcmp(optarg, "virtual");
		if (!o->time.is_virtual && strcmp(optarg, "real") != 0)
			return usage_error("--time=%s: it is real or virtual", optarg);
		return 0;
	case OPT_SEED:
		return parse_seed(o, optarg);
	case OPT_STOP_AT:
		if (!parse_duration(optarg, &o->time.stop_at_us))
			return usage_error(
				"--stop-at=%s: not a time; write for example 500ms or 10s", optarg);
		o->time.stop_at_us = (o->time.stop_at_us + 999) / 1000;
		return 0;
	case OPT_SNAPSHOT:
		o->time.snapshot = optarg;
		return 0;
	case OPT_SNAPSHOT_AT:
		if (!parse_duration(optarg, &o->time.snapshot_at_us))
			return usage_error(
				"--snapshot-at=%s: not a time; write for example 500ms or 10s",
				optarg);
		o->time.snapshot_at_us = (o->time.snapshot_at_us + 999) / 1000;
		return 0;
	case OPT_TRACE_HASH:
		o->time.trace_hash = true;
		return 0;
	case OPT_NAME:
		o->debug.name = optarg;
		if (!instance_name_ok(optarg))
			return usage_error("--name=%s: 1 to %d letters, digits, '.', '_' or '-', "
					   "and not digits alone",
					   optarg, INSTANCE_NAME_MAX);
		return 0;
	case OPT_GDB:
		return parse_gdb(o, optarg);
	case OPT_TRACE:
		o->debug.trace = optarg;
		return 0;
	case OPT_DUMP:
		o->debug.dump = optarg;
		return 0;
	case OPT_GUI:
		return gui_parse(&o->gui, optarg);
	case OPT_SCREENSHOT:
		return gui_screenshot(&o->gui, optarg);
	case OPT_INPUT_SCRIPT:
		gui_script(&o->gui, optarg);
		return 0;
	case 'v':
		report_set_verbose();
		return 0;
	case ':':
		return usage_error("option %s needs a value", argv[optind - 1]);
	case '?':
		return usage_error("unknown option '%s'", argv[optind - 1]);
	default:
		return 1;
	}
}

void options_apply(struct options *o, struct kernel_config *c)
{
	c->kmem = o->kmem;
	c->timeout_ns = o->timeout_ns;
	if (o->timeout_ns && o->timeout_left)
		c->timeout_ns = o->timeout_left;
	/* Equal runs, and many of them, are one start each. */
	c->restart = launch == kernel_run && !o->no_reboot && !o->time.is_virtual;
	c->time = o->time;
	c->cpu = o->cpu;
	/* Equal runs and snapshots are what this engine has been tested for. */
	c->engine = o->time.is_virtual ? ENGINE_PTRACE : o->engine;
	c->device = o->device;
	c->devices = o->devices;
	c->screen = o->gui.on ? &o->gui.plan : NULL;
	c->fault = o->fault;
	c->faults = o->faults;
	c->watchdog = o->watchdog;
	c->debug = o->debug;
	/* The stub engine has no debug registers. */
	if (o->debug.gdb && c->engine == ENGINE_AUTO)
		c->engine = ENGINE_PTRACE;
}

static int check_time(const struct time_plan *t)
{
	if (!t->is_virtual && t->stop_at_us)
		return usage_error(
			"--stop-at is simulated time and needs --time=virtual; --timeout is "
			"host time");
	if (!t->is_virtual && t->trace_hash)
		return usage_error(
			"--trace-hash needs --time=virtual: no two runs in real time are "
			"the same");
	return 0;
}

static int check_snapshot(const struct options *o)
{
	if (!o->time.snapshot != !o->time.snapshot_at_us)
		return usage_error("--snapshot=FILE and --snapshot-at=TIME belong together");
	if (!o->time.snapshot)
		return 0;
	if (!o->time.is_virtual)
		return usage_error("--snapshot needs --time=virtual: real time goes on without us");
	if (o->faults)
		return usage_error("--snapshot cannot be combined with --fault");
	for (unsigned i = 0; i < o->devices; i++)
		if (!o->device[i].can_save)
			return usage_error(
				"--snapshot: the state of %s cannot be saved%s", o->device[i].name,
				strcmp(o->device[i].kind, "disk") != 0
					? ""
					: "; of a disk it can with ,cow=OVERLAY, ,scratch or "
					  ",ro");
	return 0;
}

static int check_faults(const struct options *o)
{
	for (unsigned i = 0; i < o->faults; i++) {
		const struct fault_plan *p = &o->fault[i];

		if (device_fault_find(p, o->device, o->devices) == -ENODEV)
			return EXIT_USAGE;
		if (p->point->effect == FAULT_TIME_JUMP && !o->time.is_virtual)
			return usage_error("--fault=%s: only simulated time can jump; add "
					   "--time=virtual",
					   p->point->name);
	}
	return 0;
}

static int check_memory(const struct options *o, uint64_t minimum)
{
	uint64_t host = (uint64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);

	if (o->memory < minimum)
		return usage_error("-m %lu KiB is too little: the guest needs at least %lu MiB",
				   (unsigned long)(o->memory >> 10),
				   (unsigned long)(minimum >> 20));
	if (o->memory > host)
		return usage_error("-m %lu MiB is more than this host has (%lu MiB)",
				   (unsigned long)(o->memory >> 20), (unsigned long)(host >> 20));
	return 0;
}

int options_check(struct options *o, uint64_t minimum)
{
	int e = check_time(&o->time);

	if (!e)
		e = check_memory(o, minimum);
	if (!e)
		e = gui_finish(o);
	if (!e)
		e = devices_finish(o);
	if (!e)
		e = check_faults(o);
	return e ? e : check_snapshot(o);
}
