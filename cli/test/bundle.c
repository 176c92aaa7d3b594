// SPDX-License-Identifier: MIT
/*
 * What is kept of a case that failed, in a directory of its own:
 *
 *   console.log   the guest's output          result.txt  outcome, message, status
 *   messages.log  standard error              repeat.sh   runs the case again
 *   threads.txt   threads and registers       trace.json  the last events, for Perfetto
 *   N-FILE.actual.png, .expected.png, .difference.png: the screen
 *
 * The system itself writes the last two when it ends (--dump); one that is killed cannot.
 */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "../quote.h"
#include "test.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void empty(const char *directory)
{
	DIR *d = opendir(directory);
	const struct dirent *e;

	while (d && (e = readdir(d)))
		if (*e->d_name != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}

char *bundle_make(const char *bundles, const struct test_case *t)
{
	const char *slash = strrchr(t->file, '/');
	char *path, *absolute;

	if (mkdir(bundles, 0777) < 0 && errno != EEXIST) {
		report_error("cannot make the directory %s: %s", bundles, report_errno(errno));
		return NULL;
	}
	if (asprintf(&path, "%s/%s-%s", bundles, slash ? slash + 1 : t->file, t->name) < 0)
		return NULL;
	for (char *c = path + strlen(bundles) + 1; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr(".-_", *c))
			*c = '_';
	if (mkdir(path, 0777) < 0 && errno != EEXIST) {
		report_error("cannot make the directory %s: %s", path, report_errno(errno));
		free(path);
		return NULL;
	}
	empty(path);
	absolute = realpath(path, NULL);
	free(path);
	return absolute;
}

void bundle_discard(const char *directory, const char *bundles)
{
	if (!directory)
		return;
	empty(directory);
	rmdir(directory);
	rmdir(bundles);
}

static FILE *open_in(const struct test_run *r, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", r->directory, name);
	return fopen(path, "we");
}

void bundle_command(FILE *f, const struct test_case *t)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = 0;
	quote_word(f, self);
	for (unsigned i = 0; i < t->words; i++) {
		fputc(' ', f);
		quote_word(f, t->boot[i]);
	}
	fputc('\n', f);
}

static void write_repeat(FILE *f, const struct test_run *r)
{
	const struct test_case *t = r->test;
	char copy[PATH_MAX], *dir, self[PATH_MAX], *file = realpath(t->file, NULL);
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = 0;
	snprintf(copy, sizeof(copy), "%s", file ? file : t->file);
	dir = dirname(copy);
	fputs("#!/bin/sh\n# The case again; what it boots, by hand, is:\n#   cd ", f);
	quote_word(f, dir);
	fputs(" && ", f);
	bundle_command(f, t);
	fputs("exec ", f);
	quote_word(f, self);
	fputs(" test --case=", f);
	quote_word(f, t->name);
	fputc(' ', f);
	quote_word(f, file ? file : t->file);
	fputc('\n', f);
	free(file);
}

static void write_result(FILE *f, const struct test_run *r)
{
	int s = r->result.status;

	fprintf(f, "file:    %s:%u\ncase:    %s\noutcome: %s\nmessage: %s\n", r->test->file,
		r->test->line, r->test->name, outcome_name(r->result.outcome), r->result.message);
	if (WIFSIGNALED(s))
		fprintf(f, "signal:  %d\n", WTERMSIG(s));
	else
		fprintf(f, "status:  %d\n", WEXITSTATUS(s));
	fprintf(f, "seconds: %.3f\nsteps:   %u of %u\n", (double)r->result.ns / 1e9, r->watch.next,
		r->test->steps);
}

/* Without any, there is no address either, which fwrite() must have. */
static void write_bytes(FILE *f, const char *data, size_t len)
{
	if (len)
		fwrite(data, 1, len, f);
}

static void write_console(FILE *f, const struct test_run *r)
{
	write_bytes(f, r->console.data, r->console.len);
}

static void write_messages(FILE *f, const struct test_run *r)
{
	write_bytes(f, r->messages.data, r->messages.len);
}

bool bundle_write(const struct test_run *r)
{
	static const struct {
		const char *name;
		void (*write)(FILE *f, const struct test_run *r);
	} parts[] = {
		{ "console.log", write_console },
		{ "messages.log", write_messages },
		{ "result.txt", write_result },
		{ "repeat.sh", write_repeat },
	};

	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		FILE *f = open_in(r, parts[i].name);
		bool good = f;

		if (f) {
			parts[i].write(f, r);
			good = !ferror(f);
			if (fclose(f))
				good = false;
		}
		if (!good) {
			report_error("cannot write %s/%s: %s", r->directory, parts[i].name,
				     report_errno(errno));
			return false;
		}
	}
	return true;
}
