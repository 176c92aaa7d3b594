/* SPDX-License-Identifier: MIT */
/*
 * l4ux test: boots what test files say, waits for what they want to see, and tells the truth.
 *
 * Read in this order: case_file.c (the format; docs/testing.md describes it), discover.c (which
 * files), watch.c (output against the steps of a case), screen.c (pictures), run.c (one case as a
 * child process), verdict.c (what its end means), tap.c, junit.c, bundle.c (how that is told),
 * ../cmd_test.c (options, and the loop that runs many).
 *
 * A case is a child process: this command again, with a system as its subcommand. One thread, one
 * poll loop; SIGCHLD is not used, children are noticed by the end of their output.
 */
#ifndef CLI_TEST_TEST_H
#define CLI_TEST_TEST_H

#include "screen.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define TEST_SUFFIX ".l4test"
#define TEST_OUTPUT_MAX (64UL << 20)

enum step_kind { STEP_EXPECT, STEP_SEND };

struct step {
	enum step_kind kind;
	char *text; /* the expression as written; or the bytes to send */
	size_t len;
	regex_t regex;
};

struct test_case {
	char *file, *name;
	unsigned line; /* of its section */
	char **boot;   /* words: subcommand and its arguments, NULL-terminated */
	unsigned words;
	struct step *step;
	unsigned steps;
	struct step *reject;
	unsigned rejects;
	struct test_screen screen[SCREENS_MAX];
	unsigned screens;
	char **tag;
	unsigned tags;
	uint64_t timeout_ns; /* host time */
	int exit;
	bool stop; /* it is over when the last step is done, the system is stopped then */
};

struct test_suite {
	struct test_case **test;
	unsigned tests;
	unsigned errors; /* files or places in files that could not be understood; reported */
};

/* case_file.c: adds the cases of a file; mistakes are reported as FILE:LINE and counted. */
void case_file_read(struct test_suite *s, const char *path);

/* discover.c: a file, or all *.l4test below a directory, in the order of their names. */
void test_discover(struct test_suite *s, const char *path);

/* words.c: splits as a shell does, without expansion; appends. false: open quote, no memory. */
bool words_split(char ***word, unsigned *count, const char *text);

/* Bytes that grow. */
struct buffer {
	char *data;
	size_t len, size;
};
bool buffer_add(struct buffer *b, const char *data, size_t len);

/* How far a case has come. */
struct watch {
	unsigned next;   /* step that is waited for */
	size_t position; /* of stdout: what comes before has been used up */
	const struct step *rejected;
};

/* watch.c: advances over @out; @final: nothing more will come. Sends go to @fd. */
void watch_advance(struct watch *w, const struct test_case *t, const struct buffer *out, bool final,
		   struct buffer *input);

enum outcome {
	OUTCOME_PASSED,
	OUTCOME_SKIPPED,     /* this host lacks something */
	OUTCOME_STATUS,      /* another exit status than expected */
	OUTCOME_MARKER,      /* it ended well, but something expected was not seen */
	OUTCOME_SCREEN,      /* the screen is not as expected */
	OUTCOME_REJECTED,    /* something was seen that must not be */
	OUTCOME_PANIC,       /* guest panic, or an unhandled fault */
	OUTCOME_TIMEOUT,     /* host time is over */
	OUTCOME_SIMULATED,   /* simulated time is over */
	OUTCOME_OUTPUT,      /* too much output, or it could not be written */
	OUTCOME_NOT_STARTED, /* the system could not be started as the test says */
	OUTCOME_CRASH,       /* the microkernel failed */
	OUTCOME_KILLED,      /* somebody killed it */
	OUTCOME_HANG,        /* the microkernel did not end when it should */
};

struct result {
	enum outcome outcome;
	int status; /* as waitpid() has it */
	char message[256];
	uint64_t ns;
	char *bundle; /* directory, NULL: none */
};

/* A case under way. */
struct test_run {
	const struct test_case *test;
	pid_t pid; /* 0: not started, or over */
	int in, out, err;
	struct buffer console, messages, input;
	struct watch watch;
	uint64_t start, deadline;
	bool terminated, overflow, hung;
	char *directory; /* of its bundle while it runs */
	struct result result;
};

/* run.c. start: 0 or negative errno after a report. poll: the three descriptors of interest. */
int test_run_start(struct test_run *r, const struct test_case *t, const char *bundles,
		   unsigned number);
struct pollfd;
unsigned test_run_poll(struct test_run *r, struct pollfd *p);
void test_run_serve(struct test_run *r, const struct pollfd *p, unsigned n);
/* Whether it has ended; its result is set then. */
bool test_run_over(struct test_run *r, uint64_t now);
void test_run_free(struct test_run *r);
uint64_t test_now(void);

/* verdict.c */
void verdict(struct test_run *r);
const char *outcome_name(enum outcome o);
/* The simulator's fault, or the test's surroundings', rather than the guest's. */
bool outcome_is_error(enum outcome o);

/* bundle.c: what is kept of a failure. make: the directory for a case. false after a report. */
char *bundle_make(const char *bundles, const struct test_case *t);
bool bundle_write(const struct test_run *r);
void bundle_discard(const char *directory, const char *bundles);
/* The command line of the case as a shell would write it; @number 0: without what a test adds. */
void bundle_command(FILE *f, const struct test_case *t);

void tap_header(unsigned count);
void tap_result(unsigned number, const struct test_run *r, bool verbose);

/* junit.c: false after a report. */
bool junit_write(const char *path, const struct test_run *runs, unsigned count);

#endif
