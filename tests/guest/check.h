/* SPDX-License-Identifier: MIT */
/*
 * What the guest tests share: checks that print what was expected and what came.
 *
 * A failed check does not end the test, so that one run shows everything that is wrong.
 * A forked child ends with check_child_exit(), its parent collects it with CHECK_EXIT(pid, 0).
 * Output goes out with write(2) at once: nothing is lost or doubled by fork, exec or a crash.
 */
#pragma once

#include <errno.h>
#include <stdint.h>
#include <sys/types.h>

#define CHECK_SKIP_STATUS 69 /* EX_UNAVAILABLE: this guest cannot run the test */

/* Start of a test: names it and sets the process up to report. */
void check_start(const char *name);
/* End of a test: prints PASS or FAIL and gives the exit status. */
int check_done(void);
/* End of a forked child: 0 if all its checks held. Does not return. */
_Noreturn void check_child_exit(void);
/* The test cannot go on: prints why (and errno if set). Does not return. */
_Noreturn void check_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The guest lacks what the test is about. Does not return. */
_Noreturn void check_skip(const char *why);
/* A remark in the output, for figures that are worth a look. */
void check_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

int check_true(const char *where, int line, const char *text, int holds);
int check_equal(const char *where, int line, const char *text, long long got, long long want);
int check_range(const char *where, int line, const char *text, double got, double low, double high);
int check_string(const char *where, int line, const char *text, const char *got, const char *want);
int check_error(const char *where, int line, const char *text, long got, int got_errno,
		int want_errno);
int check_exited(const char *where, int line, pid_t pid, int code);
int check_killed(const char *where, int line, pid_t pid, int signal);
int check_memory(const char *where, int line, const char *text, const void *got, const void *want,
		 size_t size);

/* Monotonic time in seconds. */
double check_now(void);

#define CHECK(condition) check_true(__FILE__, __LINE__, #condition, !!(condition))
#define CHECK_EQ(got, want) \
	check_equal(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))
#define CHECK_RANGE(got, low, high) check_range(__FILE__, __LINE__, #got, got, low, high)
#define CHECK_STR(got, want) check_string(__FILE__, __LINE__, #got, got, want)
#define CHECK_MEM(got, want, size) check_memory(__FILE__, __LINE__, #got, got, want, size)
#define CHECK_EXIT(pid, code) check_exited(__FILE__, __LINE__, pid, code)
#define CHECK_KILLED(pid, signal) check_killed(__FILE__, __LINE__, pid, signal)

/* The expression must return -1 with this errno. */
#define CHECK_ERRNO(expression, want) \
	({ \
		errno = 0; \
		long check_result_ = (long)(expression); \
		check_error(__FILE__, __LINE__, #expression, check_result_, errno, want); \
	})
/* The expression must not return -1; its value is passed on. */
#define CHECK_OK(expression) \
	({ \
		errno = 0; \
		long check_result_ = (long)(expression); \
		if (check_result_ == -1) \
			check_error(__FILE__, __LINE__, #expression, check_result_, errno, 0); \
		check_result_; \
	})
