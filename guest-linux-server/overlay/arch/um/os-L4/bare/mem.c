// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest RAM is a memfd. The kernel image, which the host loaded privately at the start of RAM,
 * stays private: only what lies behind it can be mapped into user processes.
 */
#include <linux/kernel.h>
#include <asm/page.h>
#include "sys.h"

#define MAP_SHARED_FIXED 0x11

extern char _end[];

int bare_ram_fd;

int l4h_ram_init(unsigned long ram, unsigned long size)
{
	unsigned long image = ALIGN((unsigned long)_end, PAGE_SIZE) - ram;

	bare_ram_fd = SYS(H_MEMFD_CREATE, "ram", 0, 0);
	if (bare_ram_fd < 0 || SYS(H_FTRUNCATE, bare_ram_fd, size, 0) < 0)
		return -1;
	return l4h_ram_map(ram + image, image, size - image);
}

int l4h_ram_map(unsigned long va, unsigned long offset, unsigned long len)
{
	long r = SYS6(H_MMAP, va, len, 7, MAP_SHARED_FIXED, bare_ram_fd, offset);

	return r == va ? 0 : r;
}

int l4h_ram_unmap(unsigned long va, unsigned long len)
{
	return SYS(H_MUNMAP, va, len, 0);
}
