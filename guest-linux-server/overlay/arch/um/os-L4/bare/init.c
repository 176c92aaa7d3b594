// SPDX-License-Identifier: GPL-2.0-only
/* Set-up, clock and end of the test double. */
#include <linux/kernel.h>
#include "sys.h"

#define MAP_PRIVATE_FIXED_ANON 0x32

void l4h_init(unsigned long *sp)
{
	if (SYS6(H_MMAP, L4H_KU_BASE, 4096, 3, MAP_PRIVATE_FIXED_ANON, -1, 0) != L4H_KU_BASE)
		l4h_exit(255);
}

u64 l4h_clock_ns(void)
{
	long ts[2];

	SYS(H_CLOCK_GETTIME, 1, ts, 0);
	return ts[0] * 1000000000ULL + ts[1];
}

/* the host's clock has its own way to be read */
u64 l4h_clock_scaler(void)
{
	return 0;
}

void l4h_restart(void)
{
}

void l4h_exit(int status)
{
	for (;;)
		SYS(H_EXIT_GROUP, status, 0, 0);
}
