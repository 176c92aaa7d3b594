// SPDX-License-Identifier: MIT
/* l4ux stop: ends running systems, in order or at once. */
#define _GNU_SOURCE
#include "cli.h"
#include "control.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 10000U

static const char help[] =
	"usage: l4ux stop [--kill] NAME|PID...\n"
	"       l4ux stop [--kill] --all\n\n"
	"Ends running systems as SIGTERM would and waits until they are gone.\n\n"
	"      --kill            at once, nothing is saved\n"
	"      --all             all systems of this user\n";

static const struct option longopts[] = {
	{ "kill", no_argument, NULL, 'k' },
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int is_same(const struct instance *i, void *arg)
{
	const struct instance *other = arg;

	return !strcmp(i->path, other->path) && i->pid == other->pid;
}

static bool wait_gone(struct instance *i)
{
	const struct timespec pause = { 0, 20000000 };

	for (unsigned ms = 0; ms < PATIENCE_MS; ms += 20) {
		if (!instance_each(is_same, i))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static int stop_one(const struct instance *i, bool force)
{
	struct instance copy = *i;
	char why[200] = "";
	struct control c;
	json_t *answer;
	int e = control_connect(&c, i);

	if (e == -ECONNREFUSED || e == -ENOENT)
		return EXIT_SUCCESS; /* it has just ended */
	if (e) {
		report_error("cannot reach the system %s: %s", i->name, report_errno(-e));
		return EXIT_FAILURE;
	}
	if (force) {
		e = kill(c.pid, SIGKILL) < 0 && errno != ESRCH;
		if (e)
			report_error("cannot kill process %d of the system %s: %s", c.pid, i->name,
				     report_errno(errno));
	} else {
		answer = control_ask(&c, "stop", NULL, why);
		json_decref(answer);
	}
	control_close(&c);
	if (!e && wait_gone(&copy))
		return EXIT_SUCCESS;
	if (!e)
		report_error("the system %s does not end%s%s; --kill ends it at once", i->name,
			     *why ? ": " : "", why);
	return EXIT_FAILURE;
}

struct request {
	bool force;
	int status;
};

static int stop_each(const struct instance *i, void *arg)
{
	struct request *r = arg;

	r->status |= stop_one(i, r->force);
	return 0;
}

int cmd_stop(int argc, char **argv)
{
	struct request r = { 0 };
	struct instance i;
	bool all = false;
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "h", longopts, NULL)) != -1) {
		switch (opt) {
		case 'k':
			r.force = true;
			break;
		case 'a':
			all = true;
			break;
		case 'h':
			return usage_print(help);
		default:
			return usage_error("stop: unknown option '%s'", argv[optind - 1]);
		}
	}
	if (all != (optind == argc))
		return usage_error(all ? "stop: either --all or names"
				       : "stop: which system? 'l4ux list' shows them");
	if (all)
		instance_each(stop_each, &r);
	for (; optind < argc; optind++) {
		int e = control_find(argv[optind], &i);

		r.status |= e ? e : stop_one(&i, r.force);
	}
	return r.status;
}
