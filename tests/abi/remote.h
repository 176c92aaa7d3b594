/* SPDX-License-Identifier: MIT */
/* Another task that runs our code: the whole image of the test is mapped there, shared. */
#ifndef ABI_REMOTE_H
#define ABI_REMOTE_H

#include <l4/sys/types.h>

/* Where UTCBs are in the other task. */
#define REMOTE_UTCBS 0x70000000000UL

/* Makes the task in that slot, with room for four UTCBs. */
void remote_task(l4_cap_idx_t task);

/* Gives the other task one of our capabilities in the same slot. */
void remote_give(l4_cap_idx_t task, l4_cap_idx_t cap, unsigned attributes);

/* Makes thread n (a slot of actor.h) in the other task and starts it; it runs when we wait. */
void remote_start(l4_cap_idx_t task, unsigned n, void (*entry)(void));

#endif
