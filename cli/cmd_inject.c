// SPDX-License-Identifier: MIT
/* l4ux inject: fault-injection campaigns. */
#include "cli.h"
#include "inject/inject.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAMPLE 200U

static const char help[] =
	"usage: l4ux inject [OPTION...] CAMPAIGN.json\n"
	"       l4ux inject merge OUT DIR...      put the results of shards into one directory\n"
	"       l4ux inject report DIR            write DIR/report.html again\n"
	"       l4ux inject verify [--sample=N] DIR   try N replay commands (default: 200)\n"
	"       l4ux inject --list-points         what can go wrong in a system\n\n"
	"Runs a system thousands of times, each time with one fault, and says what came of it:\n"
	"NAME.results/ gets a database (results.db), a line of JSON for each run (results.jsonl)\n"
	"and a page with plots (report.html). The same command goes on with a campaign that was\n"
	"interrupted or killed. docs/fault-injection.md describes campaign files and classes.\n\n"
	"  -j, --jobs=N          runs at a time (default: 1)\n"
	"      --out=DIR         where the results go (default: the campaign's NAME.results)\n"
	"      --shard=I/N       only the I-th of N parts, from 1; give each a directory\n"
	"      --limit=N         stop after N more runs\n"
	"  -q, --quiet           no progress\n"
	"  -h, --help            this text\n\n"
	"A single fault is injected with the option --fault of run, boot and linux:\n\n"
	"  --fault=POINT:WHEN[:WHOM[:ARG]]\n\n"
	"  WHEN   N: the N-th event of the kind that the point counts; N+: all from there on;\n"
	"         N-M: those; @TIME: the first that much time after the start\n"
	"  WHOM   NAME of a thread, task or IRQ object, NAME* for all that begin so, #NUMBER of\n"
	"         an object, any (the default); only events that concern it are counted\n"
	"  ARG    see --list-points\n\n"
	"  l4ux run --fault=reg.flip:12:hello:rbx.3 build/examples/hello\n";

enum { OPT_OUT = 256, OPT_SHARD, OPT_LIMIT, OPT_SAMPLE, OPT_POINTS };

static const struct option longopts[] = {
	{ "jobs", required_argument, NULL, 'j' },
	{ "out", required_argument, NULL, OPT_OUT },
	{ "shard", required_argument, NULL, OPT_SHARD },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "sample", required_argument, NULL, OPT_SAMPLE },
	{ "list-points", no_argument, NULL, OPT_POINTS },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct choice {
	struct inject_options o;
	uint64_t sample;
	bool points, help;
};

static bool number(const char *s, uint64_t min, uint64_t max, uint64_t *n)
{
	char *end;

	*n = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && *n >= min && *n <= max;
}

static bool parse_shard(struct inject_options *o, char *s)
{
	char *slash = strchr(s, '/');
	uint64_t i, n;

	if (!slash)
		return false;
	*slash++ = 0;
	if (!number(slash, 1, 1000000, &n) || !number(s, 1, n, &i))
		return false;
	o->shard = (unsigned)i - 1;
	o->shards = (unsigned)n;
	return true;
}

static int parse_one(struct choice *c, int opt, char **argv)
{
	uint64_t n;

	switch (opt) {
	case 'j':
		if (!number(optarg, 1, 256, &n))
			return usage_error("--jobs=%s: write a number from 1 to 256", optarg);
		c->o.jobs = (unsigned)n;
		return 0;
	case OPT_OUT:
		c->o.out = optarg;
		return 0;
	case OPT_SHARD:
		return parse_shard(&c->o, optarg)
			       ? 0
			       : usage_error("--shard: write I/N, for example 1/4 to 4/4");
	case OPT_LIMIT:
		return number(optarg, 1, INT64_MAX, &c->o.limit)
			       ? 0
			       : usage_error("--limit=%s: not a number of runs", optarg);
	case OPT_SAMPLE:
		return number(optarg, 1, INT64_MAX, &c->sample)
			       ? 0
			       : usage_error("--sample=%s: not a number of runs", optarg);
	case OPT_POINTS:
		c->points = true;
		return 0;
	case 'q':
		c->o.quiet = 1;
		return 0;
	case 'h':
		c->help = true;
		return 0;
	case ':':
		return usage_error("option %s needs a value", argv[optind - 1]);
	default:
		return usage_error("inject: unknown option '%s'", argv[optind - 1]);
	}
}

int cmd_inject(int argc, char **argv)
{
	struct choice c = { .o.jobs = 1, .sample = SAMPLE };
	int opt, e;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":j:qh", longopts, NULL)) != -1) {
		e = parse_one(&c, opt, argv);
		if (e)
			return e;
	}
	argc -= optind;
	argv += optind;
	if (c.help)
		return usage_print(help);
	if (c.points)
		return inject_list_points();
	if (argc >= 3 && !strcmp(argv[0], "merge"))
		return inject_merge(argv[1], argv + 2, argc - 2);
	if (argc == 2 && !strcmp(argv[0], "report"))
		return inject_report(argv[1]);
	if (argc == 2 && !strcmp(argv[0], "verify"))
		return inject_verify(argv[1], c.sample);
	if (argc != 1)
		return usage_error("inject: name one campaign file, or merge, report or verify");
	c.o.campaign = argv[0];
	return inject_conduct(&c.o);
}
