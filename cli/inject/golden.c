// SPDX-License-Identifier: MIT
/* The golden run and the limits that follow from it. */
#define _GNU_SOURCE
#include "golden.h"

#include "../../ux-kernel/host/report.h"
#include "../../ux-kernel/host/stop.h"
#include "../cli.h"
#include "system.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define TIMEOUT_NS 10000000000ULL
#define GOLDEN_TIMEOUT_NS 120000000000ULL
#define SPIN_NS 50000000ULL
#define SPIN_LINUX_NS 1000000000ULL
#define ENTRIES_TIMES 4U
#define ENTRIES_LEAST 1024U
#define DISTANCE 2U

/* Shared with the process that makes the runs. */
struct sheet {
	const struct campaign *c;
	struct run_record first, second;
	uint32_t log[CAMPAIGN_FAULTS][GOLDEN_LOG];
	bool made, differs;
};

static struct sheet *sheet;

static int make(const struct kernel_config *system)
{
	static struct fault_plan plans[CAMPAIGN_FAULTS];
	struct run_limits limits = { .timeout_ns = GOLDEN_TIMEOUT_NS };
	const struct campaign *c = sheet->c;

	run_count(c, plans);
	for (unsigned i = 0; i < c->faults; i++) {
		plans[i].log = sheet->log[i];
		plans[i].log_size = GOLDEN_LOG;
	}
	if (run_system(system, plans, c->faults, &limits, &sheet->first) < 0 ||
	    run_system(system, plans, c->faults, &limits, &sheet->second) < 0)
		return STOP_INTERNAL;
	outcome_filter(c, &sheet->first.ending);
	outcome_filter(c, &sheet->second.ending);
	sheet->differs = sheet->first.ending.status != sheet->second.ending.status ||
			 sheet->first.ending.len != sheet->second.ending.len ||
			 memcmp(sheet->first.ending.output, sheet->second.ending.output,
				sheet->first.ending.len) != 0;
	sheet->made = true;
	return 0;
}

static int complain(const struct campaign *c)
{
	int status = sheet->second.ending.status;

	if (sheet->differs) {
		report_error("%s: two runs without a fault have different output or status; name "
			     "what may differ in \"ignore\", or use virtual time",
			     c->name);
		return EXIT_USAGE;
	}
	if (status == STOP_TIMEOUT || status == STOP_SIMULATED)
		report_error("%s: the system does not end by itself", c->name);
	else if (status < 0 || status == EXIT_USAGE || status == STOP_UNAVAILABLE ||
		 status == STOP_INTERNAL || status == STOP_CANNOT_START)
		report_error("%s: the system cannot be run without a fault: status %d, %s", c->name,
			     status, sheet->second.detail);
	else
		return 0;
	return STOP_CANNOT_START;
}

static uint64_t power_above(uint64_t n)
{
	uint64_t p = ENTRIES_LEAST;

	while (p < n)
		p *= 2;
	return p;
}

static void derive(const struct campaign *c, struct golden *g)
{
	/* Or a system that was saved, which most often is one. */
	bool is_linux = !strcmp(c->word[0], "linux") || !strcmp(c->word[0], "restore");

	g->limits.is_virtual = sheet->second.trace != 0;
	memcpy(g->seen, sheet->second.seen, sizeof(g->seen));
	g->limits.watchdog.entries = c->entries
					     ? c->entries
					     : power_above(ENTRIES_TIMES * sheet->second.entries);
	g->limits.watchdog.spin_ns = c->spin_ns ? c->spin_ns : is_linux ? SPIN_LINUX_NS : SPIN_NS;
	g->limits.timeout_ns = c->timeout_ns ? c->timeout_ns
			       : is_linux    ? GOLDEN_TIMEOUT_NS
					     : TIMEOUT_NS;
	/* An interrupt may come a little earlier, or in between: keep a distance. */
	if (sheet->second.begun != UINT64_MAX && sheet->second.begun > DISTANCE)
		g->limits.checkpoint = sheet->second.begun - DISTANCE;
	if (sheet->first.entries != sheet->second.entries)
		report_error("note: two runs without a fault made %" PRIu64 " and %" PRIu64
			     " kernel entries; what is not deterministic cannot be replayed "
			     "exactly",
			     sheet->first.entries, sheet->second.entries);
}

int golden_make(const struct campaign *c, struct golden *g)
{
	int e;

	sheet = mmap(NULL, sizeof(*sheet), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (sheet == MAP_FAILED || run_init() < 0) {
		report_error("the host has no memory for a campaign: %m");
		return STOP_CANNOT_START;
	}
	sheet->c = c;
	*g = (struct golden){ 0 };
	e = system_describe(c, make);
	if (!sheet->made) /* the command line was wrong, and that has been said */
		return e ? e : STOP_CANNOT_START;
	e = complain(c);
	if (e)
		return e;
	g->ending.status = sheet->second.ending.status;
	g->ending.output = run_output(&g->ending.len);
	if (!g->ending.output)
		return STOP_CANNOT_START;
	outcome_filter(c, &g->ending);
	derive(c, g);
	g->log = sheet->log;
	return 0;
}

uint64_t golden_entry(const struct golden *g, unsigned kind, uint64_t occurrence)
{
	return occurrence <= GOLDEN_LOG ? g->log[kind][occurrence - 1] : 0;
}

/* FNV-1a, 64 bits: to notice a difference, not an attacker. */
static uint64_t hash(const char *data, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)data[i]) * 0x100000001b3ULL;
	return h;
}

char *golden_text(const struct campaign *c, const struct golden *g)
{
	char output[40];
	json_t *seen = json_array(), *o;
	char *text;

	for (unsigned i = 0; i < c->faults; i++)
		json_array_append_new(seen, json_integer((json_int_t)g->seen[i]));
	snprintf(output, sizeof(output), "%016" PRIx64, hash(g->ending.output, g->ending.len));
	o = json_pack("{s:i, s:s, s:o, s:I, s:I, s:I, s:I}", "status", g->ending.status, "output",
		      output, "seen", seen, "entries", (json_int_t)g->limits.watchdog.entries,
		      "spin_ns", (json_int_t)g->limits.watchdog.spin_ns, "timeout_ns",
		      (json_int_t)g->limits.timeout_ns, "checkpoint",
		      (json_int_t)g->limits.checkpoint);
	text = o ? json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	json_decref(o);
	return text;
}

bool golden_adopt(const struct campaign *c, struct golden *g, const char *text)
{
	json_t *o = json_loads(text, 0, NULL), *seen = json_object_get(o, "seen");
	char output[40];
	const char *old = json_string_value(json_object_get(o, "output"));
	bool good;

	snprintf(output, sizeof(output), "%016" PRIx64, hash(g->ending.output, g->ending.len));
	good = old && !strcmp(old, output) && json_array_size(seen) == c->faults &&
	       json_integer_value(json_object_get(o, "status")) == g->ending.status;
	for (unsigned i = 0; good && i < c->faults; i++)
		g->seen[i] = json_integer_value(json_array_get(seen, i));
	if (good) {
		g->limits.watchdog.entries = json_integer_value(json_object_get(o, "entries"));
		g->limits.watchdog.spin_ns = json_integer_value(json_object_get(o, "spin_ns"));
		g->limits.checkpoint = json_integer_value(json_object_get(o, "checkpoint"));
		g->limits.timeout_ns = json_integer_value(json_object_get(o, "timeout_ns"));
	}
	json_decref(o);
	return good;
}
