/* SPDX-License-Identifier: MIT */
/* What the threads of programs cannot do alone: page faults are served, exceptions are fatal. */
#ifndef INIT_PAGER_H
#define INIT_PAGER_H

#include "program.h"

/* Answers the page-fault message in the UTCB: fills the message registers, returns the tag. */
l4_msgtag_t pager_fault(struct program *p);

/* Reports the exception message in the UTCB. The program is to be ended then. */
void pager_exception(const struct program *p);

#endif
