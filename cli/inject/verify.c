// SPDX-License-Identifier: MIT
/* l4ux inject verify: do the replay commands do what their rows say? */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "../cli.h"
#include "golden.h"
#include "inject.h"
#include "store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct check {
	struct campaign campaign;
	struct ending golden;
	uint64_t rows, step, at, tried, failed;
};

/* The output and status of a shell command. NULL: it could not be run. */
static bool run_command(const char *command, struct ending *e)
{
	FILE *f = popen(command, "r"), *out = open_memstream(&e->output, &e->len);
	char buf[4096];
	size_t n;
	int status;

	if (!f || !out)
		return false;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		fwrite(buf, 1, n, out);
	fputc(0, out);
	fclose(out);
	e->len--;
	status = pclose(f);
	e->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return true;
}

static int replay(void *arg, const struct store_row *row)
{
	struct check *k = arg;
	struct ending e = { 0 };
	enum outcome o;
	struct spoken spoken;
	bool correct;
	char *quiet;

	if (k->at++ % k->step)
		return 0;
	if (asprintf(&quiet, "%s 2>/dev/null", row->replay) < 0 || !run_command(quiet, &e))
		return EXIT_CANNOT_START;
	free(quiet);
	spoken = outcome_filter(&k->campaign, &e);
	o = outcome_judge(&k->campaign, &k->golden, &e, spoken, &correct);
	k->tried++;
	if (o != row->outcome) {
		k->failed++;
		printf("run %" PRIu64 " was %s, its replay is %s: %s\n", row->id,
		       outcome_names[row->outcome], outcome_names[o], row->replay);
	}
	free(e.output);
	return 0;
}

static int count(void *arg, const struct store_row *row)
{
	(void)row;
	((struct check *)arg)->rows++;
	return 0;
}

static int prepare(struct store *s, struct check *k)
{
	char *text = store_meta(s, "campaign"), *stored = store_meta(s, "golden");
	struct golden g = { 0 };
	int e = text && stored ? campaign_from_text(&k->campaign, text) : EXIT_USAGE;

	if (!e)
		e = golden_make(&k->campaign, &g);
	if (!e && !golden_adopt(&k->campaign, &g, stored)) {
		report_error("the system is another one than that of the campaign: without a fault "
			     "it behaves differently");
		e = EXIT_USAGE;
	}
	k->golden = g.ending;
	free(text);
	free(stored);
	return e;
}

int inject_verify(const char *dir, uint64_t sample)
{
	static struct check k;
	struct store s;
	int e = store_open_read(&s, dir);

	if (!e)
		e = prepare(&s, &k);
	if (!e)
		e = store_each(&s, count, &k);
	k.step = sample && k.rows > sample ? k.rows / sample : 1;
	if (!e)
		e = store_each(&s, replay, &k);
	store_close(&s);
	if (e)
		return e;
	printf("%" PRIu64 " replay commands tried, %" PRIu64 " had another class\n", k.tried,
	       k.failed);
	return k.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
