// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest RAM and the kernel's own address space. RAM is mapped once, at the address Linux was
 * linked to; a vmalloc mapping is a second mapping of the same pages in our own task.
 */
#include <linux/kernel.h>
#include <as-layout.h>
#include <kern_util.h>
#include <os.h>
#include "os_l4.h"

int os_map_memory(void *virt, int fd, unsigned long long off, unsigned long len, int r, int w,
		  int x)
{
	/* the linear map exists already: arch/um "maps" it in two places during boot */
	if ((unsigned long)virt == uml_physmem + off)
		return 0;
	return l4h_ram_map((unsigned long)virt, off, len);
}

int os_unmap_memory(void *addr, int len)
{
	return l4h_ram_unmap((unsigned long)addr, len);
}

int os_protect_memory(void *addr, unsigned long len, int r, int w, int x)
{
	return 0;
}
