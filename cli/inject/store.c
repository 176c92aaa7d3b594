// SPDX-License-Identifier: MIT
/* The database. */
#define _GNU_SOURCE
#include "store.h"

#include "../../ux-kernel/host/report.h"
#include "../cli.h"
#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BATCH 500U
#define EXIT_IO 74

static const char schema[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE runs(id INTEGER PRIMARY KEY, point TEXT NOT NULL,"
	" occurrence INTEGER NOT NULL,"
	" fault TEXT NOT NULL, class TEXT NOT NULL, status INTEGER NOT NULL,"
	" fired INTEGER NOT NULL, correct INTEGER NOT NULL, detail TEXT NOT NULL,"
	" replay TEXT NOT NULL, trace TEXT NOT NULL);"
	"CREATE TABLE timing(id INTEGER PRIMARY KEY, host_us INTEGER NOT NULL,"
	" reset_us INTEGER NOT NULL, pages INTEGER NOT NULL);";

static int damaged(const struct store *s, const char *what)
{
	report_error("%s/results.db: %s; it is left as it is: move it away, or name another "
		     "directory with --out",
		     s->dir, what);
	return EXIT_USAGE;
}

static int failed(const struct store *s, const char *doing)
{
	int e = sqlite3_errcode(s->db) & 0xff;

	if (e == SQLITE_NOTADB || e == SQLITE_CORRUPT)
		return damaged(s, "is damaged, or no database");
	if (e == SQLITE_BUSY || e == SQLITE_LOCKED)
		report_error("%s/results.db is in use by another l4ux inject; wait for its end, "
			     "or give each shard a directory with --out",
			     s->dir);
	else
		report_error("cannot %s %s/results.db: %s; what is in it is safe, run the same "
			     "command again to go on",
			     doing, s->dir, sqlite3_errmsg(s->db));
	return EXIT_IO;
}

static bool exec(struct store *s, const char *sql)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* The first column of the first row of a query, as a number; -1: error. */
static int64_t number(struct store *s, const char *sql)
{
	sqlite3_stmt *q;
	int64_t n = -1;

	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

char *store_meta(struct store *s, const char *key)
{
	sqlite3_stmt *q;
	char *value = NULL;

	if (sqlite3_prepare_v2(s->db, "SELECT value FROM meta WHERE key = ?", -1, &q, NULL) !=
	    SQLITE_OK)
		return NULL;
	sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
	if (sqlite3_step(q) == SQLITE_ROW)
		value = strdup((const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	return value;
}

static bool meta_set(struct store *s, const char *key, const char *value)
{
	sqlite3_stmt *q;
	bool good;

	if (sqlite3_prepare_v2(s->db, "INSERT INTO meta VALUES(?, ?)", -1, &q, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, value, -1, SQLITE_STATIC);
	good = sqlite3_step(q) == SQLITE_DONE;
	sqlite3_finalize(q);
	return good;
}

static int connect(struct store *s, const char *dir, int flags)
{
	char *path;
	int e;

	*s = (struct store){ .dir = strdup(dir) };
	if (!s->dir || asprintf(&path, "%s/results.db", dir) < 0)
		return EXIT_IO;
	e = sqlite3_open_v2(path, &s->db, flags, NULL);
	free(path);
	if (e != SQLITE_OK)
		return failed(s, "open");
	if (!exec(s, "PRAGMA locking_mode = EXCLUSIVE"))
		return failed(s, "open");
	return 0;
}

/* That it is one of ours, whole, and of this version. */
static int check(struct store *s)
{
	int64_t version, application = number(s, "PRAGMA application_id");
	sqlite3_stmt *q;
	bool whole;

	if (application < 0)
		return failed(s, "read");
	version = number(s, "PRAGMA user_version");
	if (application != STORE_APPLICATION)
		return damaged(s, "is not a database of l4ux inject");
	if (version != STORE_VERSION)
		return damaged(s, "was written by an l4ux with another format");
	if (sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &q, NULL) != SQLITE_OK)
		return failed(s, "check");
	whole = sqlite3_step(q) == SQLITE_ROW &&
		!strcmp((const char *)sqlite3_column_text(q, 0), "ok");
	sqlite3_finalize(q);
	return whole ? 0 : damaged(s, "is damaged (PRAGMA quick_check tells more)");
}

static int create(struct store *s, const char *text, const char *golden)
{
	char pragma[128];

	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 STORE_APPLICATION, STORE_VERSION);
	if (!exec(s, "BEGIN EXCLUSIVE") || !exec(s, pragma) || !exec(s, schema) ||
	    !meta_set(s, "campaign", text) || !meta_set(s, "golden", golden) || !exec(s, "COMMIT"))
		return failed(s, "create");
	return 0;
}

static int prepare(struct store *s)
{
	static const char row[] = "INSERT INTO runs VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	static const char time[] = "INSERT INTO timing VALUES(?, ?, ?, ?)";

	if (sqlite3_prepare_v2(s->db, row, -1, &s->insert, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(s->db, time, -1, &s->insert_time, NULL) != SQLITE_OK ||
	    !exec(s, "BEGIN IMMEDIATE"))
		return failed(s, "write");
	return lines_rewrite(s);
}

int store_open(struct store *s, const char *dir, const char *text, char **golden)
{
	char *old;
	int e;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST) {
		report_error("cannot make the directory %s: %m", dir);
		return EXIT_IO;
	}
	e = connect(s, dir, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	if (e)
		return e;
	if (number(s, "SELECT count(*) FROM sqlite_master") == 0 &&
	    number(s, "PRAGMA application_id") == 0)
		e = create(s, text, *golden);
	if (!e)
		e = check(s);
	if (e)
		return e;
	old = store_meta(s, "campaign");
	e = old && !strcmp(old, text) ? 0 : damaged(s, "holds the results of another campaign");
	free(old);
	old = e ? NULL : store_meta(s, "golden");
	if (old) {
		free(*golden);
		*golden = old;
	}
	return e ? e : prepare(s);
}

int store_open_read(struct store *s, const char *dir)
{
	int e = connect(s, dir, SQLITE_OPEN_READONLY);

	return e ? e : check(s);
}

int store_each(struct store *s, int (*f)(void *arg, const struct store_row *row), void *arg)
{
	sqlite3_stmt *q;
	int e = 0, step;

	if (sqlite3_prepare_v2(s->db,
			       "SELECT runs.id, point, occurrence, fault, class, status, fired, "
			       "correct, detail, replay, trace, host_us, reset_us, pages "
			       "FROM runs JOIN timing USING(id) ORDER BY runs.id",
			       -1, &q, NULL) != SQLITE_OK)
		return failed(s, "read");
	while (!e && (step = sqlite3_step(q)) == SQLITE_ROW) {
		int outcome = outcome_find((const char *)sqlite3_column_text(q, 4));
		const struct store_row row = {
			.id = sqlite3_column_int64(q, 0),
			.point = (const char *)sqlite3_column_text(q, 1),
			.occurrence = sqlite3_column_int64(q, 2),
			.fault = (const char *)sqlite3_column_text(q, 3),
			.outcome = outcome,
			.status = sqlite3_column_int(q, 5),
			.fired = sqlite3_column_int64(q, 6),
			.correct = sqlite3_column_int(q, 7),
			.detail = (const char *)sqlite3_column_text(q, 8),
			.replay = (const char *)sqlite3_column_text(q, 9),
			.trace = (const char *)sqlite3_column_text(q, 10),
			.host_us = sqlite3_column_int64(q, 11),
			.reset_us = sqlite3_column_int64(q, 12),
			.pages = sqlite3_column_int64(q, 13),
		};

		e = outcome < 0 ? damaged(s, "has a row of no known class") : f(arg, &row);
	}
	if (!e && step != SQLITE_DONE)
		e = failed(s, "read");
	sqlite3_finalize(q);
	return e;
}

int store_commit(struct store *s)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	s->committed_at = t.tv_sec;
	s->pending = 0;
	if (!exec(s, "COMMIT") || !exec(s, "BEGIN IMMEDIATE"))
		return failed(s, "write");
	return lines_flush(s);
}

/* Whatever else is done with the database takes the place of the error. */
static bool insert(sqlite3_stmt *q)
{
	bool good = sqlite3_step(q) == SQLITE_DONE;

	sqlite3_reset(q);
	return good;
}

int store_add(struct store *s, const struct store_row *row)
{
	sqlite3_stmt *q = s->insert;
	struct timespec t;

	sqlite3_bind_int64(q, 1, row->id);
	sqlite3_bind_text(q, 2, row->point, -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 3, row->occurrence);
	sqlite3_bind_text(q, 4, row->fault, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 5, outcome_names[row->outcome], -1, SQLITE_STATIC);
	sqlite3_bind_int(q, 6, row->status);
	sqlite3_bind_int64(q, 7, row->fired);
	sqlite3_bind_int(q, 8, row->correct);
	sqlite3_bind_text(q, 9, row->detail, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 10, row->replay, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 11, row->trace, -1, SQLITE_STATIC);
	if (!insert(q))
		return failed(s, "write");
	q = s->insert_time;
	sqlite3_bind_int64(q, 1, row->id);
	sqlite3_bind_int64(q, 2, row->host_us);
	sqlite3_bind_int64(q, 3, row->reset_us);
	sqlite3_bind_int64(q, 4, row->pages);
	if (!insert(q))
		return failed(s, "write");
	lines_add(s, row);
	clock_gettime(CLOCK_MONOTONIC, &t);
	if (++s->pending < BATCH && (unsigned long)t.tv_sec <= s->committed_at)
		return 0;
	return store_commit(s);
}

void store_close(struct store *s)
{
	sqlite3_finalize(s->insert);
	sqlite3_finalize(s->insert_time);
	sqlite3_close(s->db);
	if (s->lines)
		fclose(s->lines);
	free(s->dir);
	*s = (struct store){ 0 };
}
