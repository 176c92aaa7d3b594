/* SPDX-License-Identifier: MIT */
/* Requests of programs, l4/abi/init.h. */
#ifndef INIT_PROTOCOL_H
#define INIT_PROTOCOL_H

#include "program.h"

/*
 * Serves the request in the UTCB. Returns false when there is nobody left to answer, else the
 * answer's tag is in *@answer and its content in the message registers.
 */
bool protocol_serve(struct program *p, l4_msgtag_t tag, l4_msgtag_t *answer);

#endif
