/* SPDX-License-Identifier: MIT */
/*
 * The first two programs: sigma0, which owns all memory, and the root task, with the
 * capabilities of ABI reference section 2.
 */
#ifndef CORE_WORKLOAD_H
#define CORE_WORKLOAD_H

#include <stdint.h>

struct workload {
	uint64_t sigma0_ip, root_ip;
	uint64_t kip;                /* physical address, sigma0's rdi */
	uint64_t ram_start, ram_end; /* physical memory, sigma0's identity mapping */
	unsigned devices;
};

/* Creates both, ready to run. 0 or -L4_ENOMEM. */
int workload_start(const struct workload *w);

/* Deletes both and with them everything they made. */
void workload_stop(void);

#endif
