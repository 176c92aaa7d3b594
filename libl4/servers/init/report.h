/* SPDX-License-Identifier: MIT */
/* Messages of the root task. They go to the debugger capability: not into anybody's console. */
#ifndef INIT_REPORT_H
#define INIT_REPORT_H

/* One message; "init: " comes before it, a line end after it. At most 240 bytes. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the whole system with @status, 0..255. */
void system_exit(unsigned status) __attribute__((noreturn));

/* Status of a system that could not be brought up. */
#define SYSTEM_EXIT_BOOT_FAILED 125

/* Status of a program that died of something it did not handle. */
#define PROGRAM_EXIT_DIED 255

#endif
