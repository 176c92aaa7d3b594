/* SPDX-License-Identifier: MIT */
/* The parts of the mapping test and what they share. */
#ifndef ABI_MAP_H
#define ABI_MAP_H

#include "actor.h"
#include "tap.h"

#define MAIN L4_BASE_THREAD_CAP
#define TASK L4_BASE_TASK_CAP
#define PAGES 32U

/* Memory to map from; page n begins with the word 100 + n. */
extern l4_umword_t pool[PAGES][512];
#define POOL ((l4_addr_t)pool)

/* Where it is mapped to; every group of rules takes a fresh range. */
l4_addr_t window(void);

/* What reading or writing does: the word there, or -1 - fault bits when it faults. */
long probe_read(l4_addr_t at);
long probe_write(l4_addr_t at);
/* 0, or -1 - fault bits when the page cannot be executed. */
long probe_exec(l4_addr_t at);

/* Task map of memory; base may carry item bits. */
long map(l4_cap_idx_t to, l4_cap_idx_t from, l4_addr_t addr, unsigned order, unsigned rights,
	 l4_umword_t base);

/* Task unmap of memory. */
long unmap(l4_cap_idx_t task, l4_addr_t addr, unsigned order, unsigned rights, l4_umword_t mask);

/* The sender's message: words[0..n) as the given tag says, through dest. */
struct answer map_message(l4_umword_t tag, l4_cap_idx_t dest, const l4_umword_t *words,
			  unsigned num, const l4_umword_t *buffers, unsigned num_buffers);

/* What the sender of the last message was told. */
long map_message_result(void);

/* Items in messages. */
void map_windows(void);
void map_several(void);
void map_objects(void);
void map_forwarded(void);

/* Access flags. */
void map_access(void);

/* Large pages, origins, tasks without memory. */
void map_large(void);
void map_origin(void);
void map_without_memory(void);

#endif
