// SPDX-License-Identifier: GPL-2.0-only
/* The test double has no devices. */
#include <linux/kernel.h>
#include "sys.h"

int l4h_device_count(void)
{
	return 0;
}

void *l4h_device_open(int n)
{
	return NULL;
}

void l4h_device_ring(int n)
{
}

void *l4h_device_memory(unsigned long io, unsigned long size)
{
	return NULL;
}
