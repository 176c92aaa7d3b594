// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seed for the random number generator from the boot module "entropy" (64 bytes). Without it
 * the first reader of /dev/random would sleep for seconds. Each byte is handed out once.
 */
#include <linux/kernel.h>
#include <os.h>
#include "os_l4.h"

ssize_t os_getrandom(void *buf, size_t len, unsigned int flags)
{
	static unsigned long used;
	unsigned long size;
	long h = l4h_module_find("entropy", &size);
	long n;

	if (h < 0 || used >= size)
		return -ENODEV;
	n = l4h_module_read(h, used, buf, min(len, size - used));
	if (n > 0)
		used += n;
	return n;
}
