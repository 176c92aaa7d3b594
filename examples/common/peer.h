/* SPDX-License-Identifier: MIT */
/*
 * What the examples share: a second thread, and a second task that runs functions of the same
 * program. A new task is empty. It sees our code because we map pages of our own image into
 * it, at the same addresses, with fewer rights than we have; nothing is copied.
 */
#ifndef EXAMPLES_PEER_H
#define EXAMPLES_PEER_H

#include <l4/sys/types.h>
#include <l4/sys/utcb.h>
#include <stddef.h>

/* Ends the program with status 1 and says which step failed, unless @error >= 0. */
void must(long error, const char *step);

/* An unused capability slot. */
l4_cap_idx_t cap_alloc(void);

/* An unused UTCB of our own task. */
l4_utcb_t *utcb_alloc(void);

/* Where the UTCBs of a task made by peer_task_create() are: UTCB number @n, 0..3. */
l4_utcb_t *peer_utcb(unsigned n);

/* A new task with our image in it, readable and executable. It has no capabilities. */
l4_cap_idx_t peer_task_create(void);

/* Maps the capability @cap to slot @slot of @task. */
void peer_give_cap(l4_cap_idx_t task, l4_cap_idx_t cap, l4_cap_idx_t slot);

/* Maps [@addr, @addr + @size) of ours to the same addresses of @task. */
void peer_map(l4_cap_idx_t task, const volatile void *addr, size_t size, unsigned rights);

/*
 * A new thread in @task, which enters @entry with the stack of @size bytes at @stack. @handler:
 * pager and exception handler, a slot of @task.
 */
l4_cap_idx_t peer_thread_start(l4_cap_idx_t task, l4_utcb_t *utcb, l4_cap_idx_t handler,
			       void (*entry)(void), void *stack, size_t size);

#endif
