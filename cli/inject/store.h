/* SPDX-License-Identifier: MIT */
/*
 * Results: DIR/results.db (SQLite, the truth), DIR/results.jsonl (the same rows, a line each,
 * written again from the database whenever it is opened) and DIR/report.html.
 *
 * A run is in the database or it is not: runs are committed in batches, and what a killed process
 * had not committed is simply made again. One process at a time writes; a second one is refused.
 */
#ifndef INJECT_STORE_H
#define INJECT_STORE_H

#include "outcome.h"

#include <sqlite3.h>
#include <stdio.h>

#define STORE_VERSION 2
#define STORE_APPLICATION 0x4c345546 /* "L4UF" */

struct store_row {
	uint64_t id;
	const char *point, *fault; /* the fault as --fault takes it */
	uint64_t occurrence, fired;
	enum outcome outcome;
	int status;
	bool correct;
	const char *detail, *replay;
	const char *trace; /* hash, as --trace-hash prints it; "" in real time */
	uint64_t host_us;  /* of the run */
	uint64_t reset_us,
		pages; /* to go back afterwards, copying so many pages; 0: it was not to */
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *insert, *insert_time;
	FILE *lines;
	char *dir;
	unsigned pending;           /* rows of the open transaction */
	unsigned long committed_at; /* seconds */
};

/*
 * Opens @dir, which is made when it is missing. @text is the campaign's and @golden says all of the
 * golden run. What is there must be of the same campaign; then *@golden (heap) becomes what was
 * stored with it. 0, or an exit status after a report; nothing that is there is changed then.
 */
int store_open(struct store *s, const char *dir, const char *text, char **golden);

/* For reports and merging: no changes. */
int store_open_read(struct store *s, const char *dir);

/* A value of its meta table; heap, NULL: none. */
char *store_meta(struct store *s, const char *key);

/* Calls @f for each row in the order of ids, until it returns nonzero, which is returned. */
int store_each(struct store *s, int (*f)(void *arg, const struct store_row *row), void *arg);

/* Adds a row. 0, or EXIT status after a report (disk full). */
int store_add(struct store *s, const struct store_row *row);
int store_commit(struct store *s);

void store_close(struct store *s);

#endif
