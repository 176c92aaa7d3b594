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
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACE_SIZE 17

struct check {
	struct campaign campaign;
	struct ending golden;
	uint64_t rows, step, at, tried, failed;
	int messages; /* file for standard error */
};

/* The hash in the line that --trace-hash prints; "": there is none. */
static void find_trace(int fd, char trace[TRACE_SIZE])
{
	static const char mark[] = "l4ux: trace ";
	char text[65536], *at, *found = NULL;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = 0;
	for (at = text; (at = strstr(at, mark)); at++)
		found = at + strlen(mark);
	snprintf(trace, TRACE_SIZE, "%.16s", found ? found : "");
}

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
	bool correct, same;
	char *command, trace[TRACE_SIZE];

	if (k->at++ % k->step)
		return 0;
	if (asprintf(&command, "%s 2>/proc/%d/fd/%d", row->replay, getpid(), k->messages) < 0 ||
	    !run_command(command, &e))
		return EXIT_CANNOT_START;
	free(command);
	find_trace(k->messages, trace);
	spoken = outcome_filter(&k->campaign, &e);
	o = outcome_judge(&k->campaign, &k->golden, &e, spoken, &correct);
	k->tried++;
	/* Where a hang is cut off, the host's clock may decide. */
	same = o == OUTCOME_HANG || !strcmp(trace, row->trace);
	if (o != row->outcome || !same) {
		k->failed++;
		printf("run %" PRIu64 " was %s (trace %s), its replay is %s (trace %s): %s\n",
		       row->id, outcome_names[row->outcome], row->trace, outcome_names[o], trace,
		       row->replay);
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
	k.messages = memfd_create("l4ux-messages", MFD_CLOEXEC);
	if (!e && k.messages < 0) {
		report_error("the host has no memory to verify a campaign: %m");
		e = EXIT_CANNOT_START;
	}
	k.step = sample && k.rows > sample ? k.rows / sample : 1;
	if (!e)
		e = store_each(&s, replay, &k);
	store_close(&s);
	if (e)
		return e;
	printf("%" PRIu64 " replay commands tried, %" PRIu64 " had another class or trace\n",
	       k.tried, k.failed);
	return k.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
