/* SPDX-License-Identifier: MIT */
/* Who owns what. */
#include "dump.h"

#include <stdio.h>

#include "memory.h"

static void dump_map(char const *name, struct ranges const *m)
{
	printf("sigma0: %s\n", name);
	for (unsigned i = 0; i < m->count; i++) {
		struct range const *r = &m->r[i];

		printf("  %012lx-%012lx %c%c%c ", r->start, r->end - 1,
		       r->rights & L4_FPAGE_RO ? 'r' : '-', r->rights & L4_FPAGE_W ? 'w' : '-',
		       r->rights & L4_FPAGE_X ? 'x' : '-');
		if (r->owner == RANGE_FREE)
			printf("free\n");
		else if (r->owner == RANGE_RESERVED)
			printf("reserved\n");
		else if (r->owner == RANGE_SELF)
			printf("sigma0\n");
		else
			printf("client %lu\n", r->owner);
	}
}

void dump_all(void)
{
	dump_map("RAM", &memory_ram);
	dump_map("device memory", &memory_io);
	dump_map("I/O ports", &memory_ports);
}
