/* SPDX-License-Identifier: MIT */
/* A second task that reads and writes on command. */
#ifndef HOSTILE_PROBE_H
#define HOSTILE_PROBE_H

#include <l4/sys/types.h>

#define PROBE_TASK 0x20000UL

void probe_start(void);
void probe_end(void);

/* 1: done; 0: the access faulted. */
int probe_read(l4_addr_t addr, l4_umword_t *value);
int probe_write(l4_addr_t addr, l4_umword_t value);

#endif
