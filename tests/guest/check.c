/* SPDX-License-Identifier: MIT */
/* Checks for the guest tests: see check.h. */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *test_name = "?";
static unsigned int failures;

/* What one process tells of its failures; the rest is only counted. */
#define TELL_AT_MOST 20

static void say(const char *format, va_list args)
{
	char line[1024];
	int length = vsnprintf(line, sizeof(line) - 1, format, args);

	if (length > (int)sizeof(line) - 2)
		length = sizeof(line) - 2;
	line[length++] = '\n';
	for (int done = 0; done < length;) {
		ssize_t n = write(1, line + done, length - done);

		if (n <= 0)
			return;
		done += n;
	}
}

/* Count a failure and tell it. Always 0, for the caller to return. */
static int __attribute__((format(printf, 1, 2))) fail(const char *format, ...)
{
	va_list args;

	if (failures++ >= TELL_AT_MOST)
		return 0;
	va_start(args, format);
	say(format, args);
	va_end(args);
	return 0;
}

void check_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void check_start(const char *name)
{
	test_name = name;
	failures = 0;
	check_note("START %s", name);
}

int check_done(void)
{
	if (failures)
		check_note("FAIL %s: %u checks failed", test_name, failures);
	else
		check_note("PASS %s", test_name);
	return failures != 0;
}

void check_child_exit(void)
{
	_exit(failures != 0);
}

void check_die(const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	check_note("FAIL %s: cannot go on (errno %d: %s)", test_name, error, strerror(error));
	_exit(2);
}

void check_skip(const char *why)
{
	check_note("SKIP %s: %s", test_name, why);
	_exit(CHECK_SKIP_STATUS);
}

int check_true(const char *where, int line, const char *text, int holds)
{
	return holds || fail("%s:%d: expected to hold: %s", where, line, text);
}

int check_equal(const char *where, int line, const char *text, long long got, long long want)
{
	if (got == want)
		return 1;
	return fail("%s:%d: %s: expected %lld (%#llx), got %lld (%#llx)", where, line, text, want,
		    want, got, got);
}

int check_range(const char *where, int line, const char *text, double got, double low, double high)
{
	if (got >= low && got <= high)
		return 1;
	return fail("%s:%d: %s: expected %g to %g, got %g", where, line, text, low, high, got);
}

int check_string(const char *where, int line, const char *text, const char *got, const char *want)
{
	if (got && !strcmp(got, want))
		return 1;
	return fail("%s:%d: %s: expected \"%s\", got \"%s\"", where, line, text, want,
		    got ? got : "(null)");
}

int check_error(const char *where, int line, const char *text, long got, int got_errno,
		int want_errno)
{
	if (got == -1 && got_errno == want_errno)
		return 1;
	if (!want_errno)
		return fail("%s:%d: %s: expected success, got errno %d (%s)", where, line, text,
			    got_errno, strerror(got_errno));
	return fail("%s:%d: %s: expected -1 with errno %d (%s), got %ld with errno %d (%s)", where,
		    line, text, want_errno, strerror(want_errno), got, got_errno,
		    strerror(got_errno));
}

static int wait_for(const char *where, int line, pid_t pid, int *status)
{
	pid_t got;

	do
		got = waitpid(pid, status, 0);
	while (got == -1 && errno == EINTR);
	if (got == pid)
		return 1;
	return fail("%s:%d: waitpid(%d): expected the child, got %d (%s)", where, line, pid, got,
		    strerror(errno));
}

static int wrong_end(const char *where, int line, pid_t pid, const char *want, int status)
{
	if (WIFSIGNALED(status))
		return fail("%s:%d: child %d: expected %s, got death by signal %d (%s)", where,
			    line, pid, want, WTERMSIG(status), strsignal(WTERMSIG(status)));
	return fail("%s:%d: child %d: expected %s, got exit %d (wait status %#x)", where, line, pid,
		    want, WEXITSTATUS(status), status);
}

int check_exited(const char *where, int line, pid_t pid, int code)
{
	char want[32];
	int status;

	if (!wait_for(where, line, pid, &status))
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == code)
		return 1;
	snprintf(want, sizeof(want), "exit %d", code);
	return wrong_end(where, line, pid, want, status);
}

int check_killed(const char *where, int line, pid_t pid, int signal)
{
	char want[64];
	int status;

	if (!wait_for(where, line, pid, &status))
		return 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == signal)
		return 1;
	snprintf(want, sizeof(want), "death by signal %d (%s)", signal, strsignal(signal));
	return wrong_end(where, line, pid, want, status);
}

int check_memory(const char *where, int line, const char *text, const void *got, const void *want,
		 size_t size)
{
	const unsigned char *g = got, *w = want;

	for (size_t i = 0; i < size; i++) {
		if (g[i] == w[i])
			continue;
		return fail("%s:%d: %s: byte %zu of %zu: expected %#x, got %#x", where, line, text,
			    i, size, w[i], g[i]);
	}
	return 1;
}

double check_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}
