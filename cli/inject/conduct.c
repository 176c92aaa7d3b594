// SPDX-License-Identifier: MIT
/* A campaign from its file to its results: golden run, workers, one loop. */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "../cli.h"
#include "inject.h"
#include "progress.h"
#include "store.h"
#include "system.h"
#include "worker.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 256U
#define TICK_MS 500
#define WINDOW 4096U
#define EXIT_INTERRUPTED 130

static struct campaign campaign;
static struct golden golden;
static struct faultspace space;
static struct store store;
static struct progress progress;
static struct worker workers[JOBS_MAX];
static unsigned char *done; /* a bit per run: made, or not ours */
static uint64_t next, made, limit;
static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

static bool is_done(uint64_t id)
{
	return done[id / 8] >> id % 8 & 1;
}

static void set_done(uint64_t id)
{
	done[id / 8] |= 1U << id % 8;
}

static int note_row(void *arg, const struct store_row *row)
{
	(void)arg;
	if (row->id >= space.runs || is_done(row->id)) {
		report_error("%s/results.db: run %lu is not one of this campaign", store.dir,
			     (unsigned long)row->id);
		return EXIT_USAGE;
	}
	set_done(row->id);
	progress_count(&progress, row->outcome, row->correct, row->fired);
	return 0;
}

/* What is to do: all of the shard, less what is in the database. */
static int survey(const struct inject_options *o)
{
	unsigned shards = o->shards ? o->shards : 1;
	int e;

	done = calloc(space.runs / 8 + 1, 1);
	if (!done) {
		report_error("out of memory for %lu runs", (unsigned long)space.runs);
		return EXIT_CANNOT_START;
	}
	progress_start(&progress, (space.runs + shards - 1 - o->shard) / shards, o->quiet);
	e = store_each(&store, note_row, NULL);
	progress.before = progress.done;
	for (uint64_t id = 0; id < space.runs; id++)
		if (id % shards != o->shard)
			set_done(id);
	return e;
}

/*
 * Runs are handed out in windows, in each by the kernel entry in which the fault strikes: the
 * system of a worker goes from checkpoint to checkpoint and never back.
 */
struct due {
	uint64_t id, entry;
};

static struct due window[WINDOW];
static unsigned window_size, window_at;

static int earlier(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* false: nothing is left to do. */
static bool window_fill(void)
{
	struct fault_plan p;
	unsigned kind;

	window_size = window_at = 0;
	for (; next < space.runs && window_size < WINDOW && !(limit && made >= limit); next++) {
		if (is_done(next))
			continue;
		kind = faultspace_fault(&space, next, &p);
		window[window_size++] = (struct due){ next, golden_entry(&golden, kind, p.first) };
		made++;
	}
	qsort(window, window_size, sizeof(window[0]), earlier);
	return window_size && !interrupted;
}

static bool next_run(uint64_t *id)
{
	if (window_at == window_size || interrupted)
		return false;
	*id = window[window_at++].id;
	return true;
}

static void feed(struct worker *w)
{
	uint64_t id;

	while (w->under_way < WORKER_QUEUE && next_run(&id))
		if (!worker_tell(w, id))
			return; /* the poll will tell */
}

static int record(const struct worker_result *r)
{
	struct fault_plan p;
	char fault[256], trace[24] = "", *replay;
	int e;

	faultspace_fault(&space, r->id, &p);
	fault_spec_print(&p, fault, sizeof(fault));
	replay = system_text(system_words(&campaign, &golden.limits, &p));
	if (!replay)
		return EXIT_CANNOT_START;
	if (golden.limits.is_virtual)
		snprintf(trace, sizeof(trace), "%016" PRIx64, r->trace);
	e = store_add(&store, &(struct store_row){
				      .id = r->id,
				      .point = p.point->name,
				      .occurrence = p.first,
				      .fault = fault,
				      .outcome = r->outcome,
				      .status = r->status,
				      .fired = r->fired,
				      .correct = r->correct,
				      .detail = r->detail,
				      .replay = replay,
				      .trace = trace,
				      .host_us = r->host_us,
				      .reset_us = r->reset_us,
				      .pages = r->pages,
			      });
	free(replay);
	progress_count(&progress, r->outcome, r->correct, r->fired);
	return e;
}

static int collect(struct worker *w)
{
	struct worker_result r;

	if (!worker_result(w, &r)) {
		report_error("a worker of the campaign has ended: the host may be out of memory "
			     "or of processes; run the same command again to go on");
		return EXIT_CANNOT_START;
	}
	feed(w);
	return record(&r);
}

static bool busy(unsigned jobs)
{
	for (unsigned i = 0; i < jobs; i++)
		if (workers[i].under_way)
			return true;
	return false;
}

static int loop(unsigned jobs)
{
	struct pollfd p[JOBS_MAX];
	int e = 0;

	for (unsigned i = 0; i < jobs; i++) {
		p[i] = (struct pollfd){ workers[i].fd, POLLIN, 0 };
		feed(&workers[i]);
	}
	while (!e && busy(jobs)) {
		if (poll(p, jobs, TICK_MS) < 0 && errno != EINTR)
			return EXIT_CANNOT_START;
		for (unsigned i = 0; i < jobs && !e; i++)
			if (p[i].revents && workers[i].under_way)
				e = collect(&workers[i]);
		progress_tell(&progress);
	}
	return e;
}

static int make_runs(unsigned jobs)
{
	unsigned started = 0;
	int e = 0;

	while (started < jobs && !e) {
		e = worker_start(&workers[started], &space, &golden);
		started += !e;
	}
	if (e)
		report_error("cannot start a worker: %s", report_errno(-e));
	e = e ? EXIT_CANNOT_START : loop(jobs);
	for (unsigned i = 0; i < started; i++)
		worker_stop(&workers[i]);
	return e;
}

static int open_results(const struct inject_options *o)
{
	char *text = campaign_text(&campaign), *about = golden_text(&campaign, &golden);
	char *dir = NULL;
	int e = EXIT_CANNOT_START;

	if (text && about && asprintf(&dir, "%s.results", campaign.name) >= 0)
		e = store_open(&store, o->out ? o->out : dir, text, &about);
	if (!e && !golden_adopt(&campaign, &golden, about)) {
		report_error("%s/results.db holds the results of another system: without a fault "
			     "it behaves differently now; name another directory with --out",
			     store.dir);
		e = EXIT_USAGE;
	}
	if (!e)
		e = faultspace_init(&space, &campaign, golden.seen);
	free(text);
	free(about);
	free(dir);
	return e ? e : survey(o);
}

static int conduct(const struct inject_options *o)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };
	int e = golden_make(&campaign, &golden);

	if (!e)
		e = faultspace_init(&space, &campaign, golden.seen);
	if (!e)
		e = open_results(o);
	if (e)
		return e;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	limit = o->limit;
	while (!e && window_fill())
		e = make_runs(o->jobs < JOBS_MAX ? o->jobs : JOBS_MAX);
	if (!e)
		e = store_commit(&store);
	if (!e)
		progress_table(&progress);
	if (!e && interrupted)
		report_error("interrupted; run the same command again to go on");
	return !e && interrupted ? EXIT_INTERRUPTED : e;
}

int inject_conduct(const struct inject_options *o)
{
	int e = campaign_load(&campaign, o->campaign);
	char *dir = NULL;

	if (!e)
		e = conduct(o);
	if (!e && store.dir)
		dir = strdup(store.dir);
	store_close(&store);
	if (dir)
		e = inject_report(dir);
	free(dir);
	return e;
}
