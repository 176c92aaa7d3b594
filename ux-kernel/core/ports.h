/* SPDX-License-Identifier: MIT */
/*
 * I/O ports: a task's right to use the instructions `in` and `out`. The rights are mapped like
 * memory, in a space of their own in which a port is a page; ports keep their numbers on the way.
 */
#ifndef CORE_PORTS_H
#define CORE_PORTS_H

#include <stdbool.h>
#include <stdint.h>

struct space;
struct task;

#define PORTS_ORDER 16U
#define PORTS (1U << PORTS_ORDER)

/* All ports for sigma0: there is nothing to take them away from. 0 or -L4_ENOMEM. */
int ports_own_all(struct task *sigma0);

/*
 * Maps those ports of the I/O flexpage @fp that @src has and that lie in the 2^@order ports from
 * @base of @dst. 1 something may have been mapped, 0 nothing was there, -L4_ENOMEM.
 */
int ports_map(struct task *src, struct task *dst, uint64_t fp, uint64_t base, unsigned order,
	      bool grant);

/* Takes the ports of @fp from all who have them by way of @t, and with @self from @t. */
void ports_unmap(struct task *t, uint64_t fp, bool self);

/* Whether @t may use all of @num ports from @port on. */
bool ports_allowed(struct task *t, unsigned port, unsigned num);

/* The end of a task: nobody has ports by way of it any more; then the memory goes. */
void ports_clear(struct task *t);
void ports_destroy(struct task *t);

/* Bytes of kernel memory. */
uint64_t ports_cost(const struct task *t);

#endif
