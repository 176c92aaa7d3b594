/* SPDX-License-Identifier: MIT */
/*
 * Fault-injection campaigns: thousands of runs of one system, each with one fault, and what came
 * of it.
 *
 * In this directory, in the order to read it: campaign.h (the file that describes a campaign, with
 * reader.h below it), faultspace.h (which fault run number n has), outcome.h (what became of a
 * run), run.h (one run), stage.h (many, of one start), golden.h (the run without a fault), system.h
 * (from a command line to a system, and back), worker.h (processes that make runs), store.h with
 * lines.h (where results are kept), progress.h and stats.h, conduct.c (all of it together); then
 * merge.c, verify.c, and report.c with plot.h. The conductor has no threads and one poll loop;
 * workers share nothing.
 */
#ifndef CLI_INJECT_H
#define CLI_INJECT_H

#include <stdint.h>

/* What the command line says. */
struct inject_options {
	const char *campaign; /* file */
	const char *out;      /* directory of the results; NULL: the campaign's name + ".results" */
	unsigned jobs;        /* workers */
	unsigned shard, shards; /* run numbers n with n % shards == shard; shards 0: all */
	uint64_t limit;         /* stop after so many runs; 0: none */
	int quiet;
};

/* The table of points on standard output; EXIT_SUCCESS. */
int inject_list_points(void);

/* Makes, or goes on with, a campaign. Exit status. */
int inject_conduct(const struct inject_options *o);

/* Puts the results of @count directories into @out. Exit status. */
int inject_merge(const char *out, char **in, unsigned count);

/* (Re)writes DIR/report.html. Exit status. */
int inject_report(const char *dir);

/*
 * Replays @sample rows, drawn evenly, as their commands say, and compares. A command that is not
 * that of its row's fault is not run. Exit status.
 */
int inject_verify(const char *dir, uint64_t sample);

#endif
