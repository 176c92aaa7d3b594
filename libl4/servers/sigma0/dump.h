/* SPDX-License-Identifier: MIT */
/* Report for people. */
#ifndef SIGMA0_DUMP_H
#define SIGMA0_DUMP_H

/* Writes who owns what to the log. */
void dump_all(void);

#endif
