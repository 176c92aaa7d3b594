/* SPDX-License-Identifier: MIT */
/* Clients: whoever has a gate to sigma0. The gate's label tells them apart. */
#ifndef SIGMA0_CLIENTS_H
#define SIGMA0_CLIENTS_H

#include <l4/sys/types.h>

#define CLIENT_LABEL_SHIFT 4
#define CLIENT_ROOT 4UL /* the root task's gate is made by the kernel */

/* Number of the client a message came from; rights of its capability are in the low bits. */
static inline l4_umword_t client_of(l4_umword_t label)
{
	return label >> CLIENT_LABEL_SHIFT;
}

/* Makes a gate for a new client in a free slot. 0 and the slot, or a negative error. */
long client_create(l4_cap_idx_t *gate);

#endif
