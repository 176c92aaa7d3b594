// SPDX-License-Identifier: MIT
/* Which files. */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "test.h"

#include <errno.h>
#include <fts.h>
#include <string.h>

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_test(const char *name)
{
	size_t len = strlen(name), suffix = strlen(TEST_SUFFIX);

	return len > suffix && !strcmp(name + len - suffix, TEST_SUFFIX);
}

void test_discover(struct test_suite *s, const char *path)
{
	char *roots[] = { (char *)path, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
	unsigned before = s->tests, errors = s->errors;
	const FTSENT *e;

	if (!tree) {
		report_error("cannot look into %s: %s", path, report_errno(errno));
		s->errors++;
		return;
	}
	while ((e = fts_read(tree))) {
		if (e->fts_info == FTS_F && (e->fts_level == 0 || is_test(e->fts_name)))
			case_file_read(s, e->fts_path);
		else if (e->fts_info == FTS_ERR || e->fts_info == FTS_DNR ||
			 e->fts_info == FTS_NS) {
			report_error("cannot look into %s: %s", e->fts_path,
				     report_errno(e->fts_errno));
			s->errors++;
		}
	}
	fts_close(tree);
	if (s->tests == before && s->errors == errors) {
		report_error("no file *" TEST_SUFFIX " in %s", path);
		s->errors++;
	}
}
