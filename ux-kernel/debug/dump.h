/* SPDX-License-Identifier: MIT */
/* What is written when the system ends: --trace and --dump. */
#ifndef DEBUG_DUMP_H
#define DEBUG_DUMP_H

/*
 * Into @directory: threads.json, all threads with their registers, and trace.json, the last events.
 * 0 or negative errno after a report.
 */
int dump_write(const char *directory);

#endif
