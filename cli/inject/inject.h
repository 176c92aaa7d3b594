/* SPDX-License-Identifier: MIT */
/* Fault-injection campaigns. */
#ifndef CLI_INJECT_H
#define CLI_INJECT_H

/* The table of points on standard output; EXIT_SUCCESS. */
int inject_list_points(void);

#endif
