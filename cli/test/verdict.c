// SPDX-License-Identifier: MIT
/* What the end of a case means. */
#include "../../ux-kernel/host/stop.h"
#include "../cli.h"
#include "test.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static const struct {
	const char *name;
	bool error;
} outcomes[] = {
	[OUTCOME_PASSED] = { "passed", false },
	[OUTCOME_SKIPPED] = { "skipped", false },
	[OUTCOME_STATUS] = { "wrong-status", false },
	[OUTCOME_MARKER] = { "marker-missing", false },
	[OUTCOME_SCREEN] = { "screen-differs", false },
	[OUTCOME_REJECTED] = { "rejected-output", false },
	[OUTCOME_PANIC] = { "panic", false },
	[OUTCOME_TIMEOUT] = { "timeout-host", false },
	[OUTCOME_SIMULATED] = { "timeout-simulated", false },
	[OUTCOME_OUTPUT] = { "output-lost", true },
	[OUTCOME_NOT_STARTED] = { "not-started", true },
	[OUTCOME_CRASH] = { "kernel-crash", true },
	[OUTCOME_KILLED] = { "killed", true },
	[OUTCOME_HANG] = { "kernel-hang", true },
};

const char *outcome_name(enum outcome o)
{
	return outcomes[o].name;
}

bool outcome_is_error(enum outcome o)
{
	return outcomes[o].error;
}

static void set(struct test_run *r, enum outcome o, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void set(struct test_run *r, enum outcome o, const char *fmt, ...)
{
	va_list ap;

	r->result.outcome = o;
	va_start(ap, fmt);
	vsnprintf(r->result.message, sizeof(r->result.message), fmt, ap);
	va_end(ap);
}

/* The last line of the simulator's own messages. */
static const char *last_message(const struct test_run *r, char buf[160])
{
	const char *at = r->messages.len ? r->messages.data : "", *last = "";
	int len;

	while ((at = strstr(at, "l4ux: "))) {
		last = at;
		at += 6;
	}
	len = (int)strcspn(last, "\n");
	snprintf(buf, 160, "%.*s", len, last);
	return buf;
}

static void judge_signal(struct test_run *r, int sig)
{
	if (r->hung)
		set(r, OUTCOME_HANG, "the microkernel did not end at its time limit");
	else if (sig == SIGSEGV || sig == SIGABRT || sig == SIGBUS || sig == SIGILL ||
		 sig == SIGFPE)
		set(r, OUTCOME_CRASH, "the microkernel died of signal %d (%s)", sig,
		    strsignal(sig));
	else
		set(r, OUTCOME_KILLED, "somebody killed the microkernel with signal %d (%s)", sig,
		    strsignal(sig));
}

/* Statuses of l4ux itself; a test that expects one gets here only with another. */
static void judge_status(struct test_run *r, int status)
{
	char buf[160];

	switch (status) {
	case EXIT_UNAVAILABLE:
		set(r, OUTCOME_SKIPPED, "this host lacks something: %s", last_message(r, buf));
		break;
	case STOP_INTERNAL:
		set(r, OUTCOME_CRASH, "internal error of the microkernel: %s",
		    last_message(r, buf));
		break;
	case STOP_OUTPUT_LOST:
		set(r, OUTCOME_OUTPUT, "output could not be written: %s", last_message(r, buf));
		break;
	case STOP_SIMULATED:
		set(r, OUTCOME_SIMULATED, "%s", last_message(r, buf));
		break;
	case STOP_TIMEOUT:
		set(r, OUTCOME_TIMEOUT, "not finished after %g s of host time",
		    (double)r->test->timeout_ns / 1e9);
		break;
	case EXIT_USAGE:
	case STOP_CANNOT_START:
		set(r, OUTCOME_NOT_STARTED, "%s", last_message(r, buf));
		break;
	case STOP_CRASHED:
		set(r, OUTCOME_PANIC, "the guest panicked, or a program died of a fault");
		break;
	default:
		set(r, OUTCOME_STATUS, "exit status: expected %d, got %d", r->test->exit, status);
	}
}

void verdict(struct test_run *r)
{
	const struct test_case *t = r->test;
	int s = r->result.status;
	char why[200];
	bool stopped = t->stop && r->terminated && !r->hung && WIFEXITED(s) &&
		       WEXITSTATUS(s) == 128 + SIGTERM;

	if (r->overflow)
		set(r, OUTCOME_OUTPUT, "more than %lu MiB of output, or no memory for it",
		    TEST_OUTPUT_MAX >> 20);
	else if (WIFSIGNALED(s))
		judge_signal(r, WTERMSIG(s));
	else if (!stopped && WEXITSTATUS(s) != t->exit)
		judge_status(r, WEXITSTATUS(s));
	else if (r->watch.rejected)
		set(r, OUTCOME_REJECTED, "output that must not be: /%.200s/",
		    r->watch.rejected->text);
	else if (r->watch.next < t->steps)
		set(r, OUTCOME_MARKER, "it ended, but did not print /%.200s/",
		    t->step[r->watch.next].text);
	else if (!screen_compare(r, false, why, sizeof(why)))
		set(r, OUTCOME_SCREEN, "%s", why);
	else
		set(r, OUTCOME_PASSED, "%s", "");
}
