/* SPDX-License-Identifier: MIT */
/* Further threads of an ABI test: they run before the main thread until they block. */
#ifndef ABI_ACTOR_H
#define ABI_ACTOR_H

#include <l4/sys/utcb.h>

#define ACTORS 3U

/* Slot of an actor's thread. */
#define ACTOR(n) ((0x20UL + (n)) << L4_CAP_SHIFT)

/* UTCB of an actor, behind the main thread's. */
#define ACTOR_UTCB(n) (L4_KERNEL_UTCB_ADDR + ((n) + 1UL) * L4_UTCB_OFFSET)

/* Stack pointer an actor starts with. */
l4_addr_t actor_stack(unsigned n);

/* Makes a thread and binds it to our task; exceptions go to handler. */
void actor_create(unsigned n, l4_cap_idx_t pager, l4_cap_idx_t handler);

/* Makes, binds and starts a thread; its exceptions go to the main thread. */
void actor_start(unsigned n, void (*entry)(void));

/* Deletes the thread. */
void actor_end(unsigned n);

/* How an actor ends. */
_Noreturn void actor_stop(void);

#endif
