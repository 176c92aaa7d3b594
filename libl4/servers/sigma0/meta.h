/* SPDX-License-Identifier: MIT */
/* The meta protocol: which protocols a server speaks. */
#ifndef SIGMA0_META_H
#define SIGMA0_META_H

#include <l4/sys/ipc.h>

/* Handles a request with label L4_PROTO_META; result: the answer's tag. */
l4_msgtag_t meta_handle(l4_utcb_t *utcb);

#endif
