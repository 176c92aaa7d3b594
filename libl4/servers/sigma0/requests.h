/* SPDX-License-Identifier: MIT */
/* The sigma0 protocol. */
#ifndef SIGMA0_REQUESTS_H
#define SIGMA0_REQUESTS_H

#include <l4/sys/ipc.h>

/* Handles the message in the UTCB and leaves the answer there; result: the answer's tag. */
l4_msgtag_t request_handle(l4_msgtag_t tag, l4_umword_t label, l4_utcb_t *utcb);

#endif
