/* SPDX-License-Identifier: MIT */
/*
 * Invariants of the core: a check of everything against everything, for tests and for builds
 * with sanitizers. Slow; changes nothing.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

/* NULL, or what is wrong. Between kernel entries only: nobody may be in the middle of a change. */
const char *check_core(void);

#endif
