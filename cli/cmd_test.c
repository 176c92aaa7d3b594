// SPDX-License-Identifier: MIT
/* l4ux test: options, and the loop that runs many cases at a time. */
#define _GNU_SOURCE
#include "cli.h"
#include "test/test.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX 256
#define EXIT_REPORT_LOST 74

enum { OPT_JUNIT = 256, OPT_BUNDLES, OPT_CASE, OPT_TAG, OPT_NOT_TAG, OPT_LIST, OPT_ACCEPT };

static const char help[] =
	"usage: l4ux test [OPTION...] [DIRECTORY|FILE...]\n\n"
	"Runs the cases of all *.l4test files (default: below the current directory) and prints\n"
	"TAP. Exit status: 0 all passed, 1 a case failed, 64 a file has a mistake, 69 all were\n"
	"skipped, 74 a report could not be written. docs/testing.md describes the files.\n\n"
	"  -j, --jobs=N          so many at a time (default 1)\n"
	"  -k, --filter=REGEX    only cases whose 'file: name' matches\n"
	"      --case=NAME       only cases of exactly this name\n"
	"      --tag=TAG         only cases with this tag (may be repeated: any of them)\n"
	"      --not-tag=TAG     no cases with this tag (may be repeated)\n"
	"      --junit=FILE      write a JUnit report, too\n"
	"      --bundles=DIR     where to keep what is known about failures\n"
	"                        (default: l4ux-failures)\n"
	"      --accept          screens that differ are what is expected from now on\n"
	"      --list            only show which cases would run\n"
	"  -v, --verbose         show the output of each case\n"
	"  -h, --help            this text\n";

static const struct option longopts[] = {
	{ "jobs", required_argument, NULL, 'j' },
	{ "filter", required_argument, NULL, 'k' },
	{ "case", required_argument, NULL, OPT_CASE },
	{ "tag", required_argument, NULL, OPT_TAG },
	{ "not-tag", required_argument, NULL, OPT_NOT_TAG },
	{ "junit", required_argument, NULL, OPT_JUNIT },
	{ "bundles", required_argument, NULL, OPT_BUNDLES },
	{ "accept", no_argument, NULL, OPT_ACCEPT },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static struct {
	unsigned jobs;
	regex_t filter;
	bool filtered, list, accept, verbose, help;
	const char *name, *junit, *bundles;
	char **tag, **not_tag;
	unsigned tags, not_tags;
} o = { .jobs = 1, .bundles = "l4ux-failures" };

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	interrupted = sig;
}

static int parse_option(int opt, char **argv)
{
	char *end;

	switch (opt) {
	case 'j':
		o.jobs = strtoul(optarg, &end, 10);
		if (*optarg < '0' || *optarg > '9' || *end || !o.jobs || o.jobs > JOBS_MAX)
			return usage_error("-j %s: a number from 1 to %d", optarg, JOBS_MAX);
		return 0;
	case 'k':
		o.filtered = true;
		return regcomp(&o.filter, optarg, REG_EXTENDED | REG_NOSUB)
			       ? usage_error("-k %s: not a regular expression", optarg)
			       : 0;
	case OPT_CASE:
		o.name = optarg;
		return 0;
	case OPT_TAG:
		return words_split(&o.tag, &o.tags, optarg) ? 0 : usage_error("--tag=%s", optarg);
	case OPT_NOT_TAG:
		return words_split(&o.not_tag, &o.not_tags, optarg)
			       ? 0
			       : usage_error("--not-tag=%s", optarg);
	case OPT_JUNIT:
		o.junit = optarg;
		return 0;
	case OPT_BUNDLES:
		o.bundles = optarg;
		return 0;
	case OPT_ACCEPT:
		o.accept = true;
		return 0;
	case OPT_LIST:
		o.list = true;
		return 0;
	case 'v':
		o.verbose = true;
		return 0;
	case 'h':
		o.help = true;
		return 0;
	case ':':
		return usage_error("option %s needs a value", argv[optind - 1]);
	default:
		return usage_error("test: unknown option '%s'", argv[optind - 1]);
	}
}

static bool has_tag(const struct test_case *t, char **tag, unsigned count)
{
	for (unsigned i = 0; i < t->tags; i++)
		for (unsigned k = 0; k < count; k++)
			if (!strcmp(t->tag[i], tag[k]))
				return true;
	return false;
}

static bool wanted(const struct test_case *t)
{
	char *full;
	bool match = true;

	if ((o.name && strcmp(o.name, t->name) != 0) || (o.tags && !has_tag(t, o.tag, o.tags)) ||
	    has_tag(t, o.not_tag, o.not_tags))
		return false;
	if (o.filtered && asprintf(&full, "%s: %s", t->file, t->name) >= 0) {
		match = !regexec(&o.filter, full, 0, NULL, 0);
		free(full);
	}
	return match;
}

static void finish(struct test_run *r, unsigned number, bool *lost)
{
	char why[200];
	enum outcome out = r->result.outcome;

	if (out == OUTCOME_SCREEN && o.accept && screen_compare(r, true, why, sizeof(why)))
		out = r->result.outcome = OUTCOME_PASSED;
	if (out == OUTCOME_PASSED || out == OUTCOME_SKIPPED) {
		bundle_discard(r->directory, o.bundles);
	} else if (r->directory) {
		r->result.bundle = r->directory;
		*lost |= !bundle_write(r);
	}
	tap_result(number, r, o.verbose);
	test_run_free(r);
}

/* Starts what there is room for. */
static unsigned start_more(struct test_run *runs, unsigned count, unsigned *next, unsigned active,
			   struct test_case *const *test, bool *lost)
{
	while (active < o.jobs && *next < count && !interrupted) {
		struct test_run *r = &runs[(*next)++];

		if (test_run_start(r, test[*next - 1], o.bundles, *next) < 0) {
			r->result.outcome = OUTCOME_NOT_STARTED;
			snprintf(r->result.message, sizeof(r->result.message),
				 "it could not be started, see the message above");
			*lost = true;
			finish(r, *next, lost);
		} else {
			active++;
		}
	}
	return active;
}

static void wait_for_something(struct test_run *runs, unsigned count)
{
	struct pollfd p[3 * JOBS_MAX];
	struct test_run *whose[JOBS_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		if (runs[i].pid)
			whose[n++] = &runs[i];
	for (unsigned i = 0; i < n; i++)
		test_run_poll(whose[i], p + 3UL * i);
	/* The end of a process is not seen by poll: look around twenty times a second. */
	if (poll(p, 3UL * n, 50) <= 0)
		return;
	for (unsigned i = 0; i < n; i++)
		test_run_serve(whose[i], p + 3UL * i, 3);
}

/* The reports, and the exit status. */
static int conclude(const struct test_run *runs, unsigned ran, unsigned count, bool lost)
{
	unsigned skipped = 0, failed = 0;

	for (unsigned i = 0; i < ran; i++) {
		skipped += runs[i].result.outcome == OUTCOME_SKIPPED;
		failed += runs[i].result.outcome != OUTCOME_SKIPPED &&
			  runs[i].result.outcome != OUTCOME_PASSED;
	}
	if (o.junit)
		lost |= !junit_write(o.junit, runs, ran);
	if (interrupted) {
		printf("Bail out! signal %d\n", (int)interrupted);
		return 128 + interrupted;
	}
	printf("# %u passed, %u failed, %u skipped\n", ran - failed - skipped, failed, skipped);
	if (fflush(stdout) || ferror(stdout) || lost)
		return EXIT_REPORT_LOST;
	return failed ? EXIT_FAILURE : skipped == count ? EXIT_UNAVAILABLE : EXIT_SUCCESS;
}

static int run_all(struct test_case *const *test, unsigned count)
{
	struct test_run *runs = calloc(count, sizeof(*runs));
	unsigned next = 0, active = 0;
	bool lost = false, told = false;
	int status;

	if (!runs)
		return EXIT_FAILURE;
	tap_header(count);
	while ((active = start_more(runs, count, &next, active, test, &lost))) {
		wait_for_something(runs, next);
		for (unsigned i = 0; i < next; i++) {
			if (interrupted && !told && runs[i].pid)
				kill(runs[i].pid, SIGTERM);
			if (runs[i].pid && test_run_over(&runs[i], test_now())) {
				active--;
				finish(&runs[i], i + 1, &lost);
			}
		}
		told = interrupted;
	}
	status = conclude(runs, next, count, lost);
	free(runs);
	return status;
}

int cmd_test(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct test_suite s = { 0 };
	unsigned n = 0;
	int opt, e;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":j:k:vh", longopts, NULL)) != -1) {
		e = parse_option(opt, argv);
		if (e)
			return e;
	}
	if (o.help)
		return usage_print(help);
	if (optind == argc)
		test_discover(&s, ".");
	for (; optind < argc; optind++)
		test_discover(&s, argv[optind]);
	if (s.errors)
		return EXIT_USAGE;
	for (unsigned i = 0; i < s.tests; i++)
		if (wanted(s.test[i]))
			s.test[n++] = s.test[i];
	if (!n)
		return usage_error("test: no case is left by the filters");
	if (o.list) {
		for (unsigned i = 0; i < n; i++)
			printf("%s: %s\n", s.test[i]->file, s.test[i]->name);
		return EXIT_SUCCESS;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	return run_all(s.test, n);
}
