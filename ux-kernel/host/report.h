/* SPDX-License-Identifier: MIT */
/*
 * Messages of the simulator, on stderr, apart from the guest's console on stdout. One line each:
 * what happened, to what, and what to do. What could steer a terminal is not shown.
 */
#ifndef HOST_REPORT_H
#define HOST_REPORT_H

#include <stdbool.h>

/* From now on report_info() speaks. */
void report_set_verbose(void);
bool report_is_verbose(void);

void report_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * What a program of the guest can cause as often as it likes: some of them are shown in each
 * second, the others are counted, and their number is shown with the next or by
 * report_suppressed().
 */
void report_guest(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_suppressed(void);

/* The same, and what is reported next is the first of all. */
void report_forget(void);

/* How many errors have been reported. */
unsigned report_count(void);

/* What was asked for. */
void report_result(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Only after report_set_verbose(). */
void report_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The terminal is in raw mode: lines must end with a carriage return too. */
void report_set_raw(bool raw);

/* Line end for stderr as it is now. */
const char *report_line_end(void);

/* Puts '?' in place of control characters, and of what is no UTF-8. */
void report_tame(char *text);

/* Text of an errno value; of a limit that can be raised, how. */
const char *report_errno(int e);

#endif
