// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest RAM and the kernel's own address space. RAM is mapped once, at the address Linux was
 * linked to; a vmalloc mapping is a second mapping of the same pages in our own task.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <asm/page.h>
#include <as-layout.h>
#include <kern_util.h>
#include <os.h>
#include "os_l4.h"

extern unsigned long long physmem_size;

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

/*
 * String functions read whole words, up to 7 bytes too much. Behind the last page of RAM nothing
 * is mapped, so no string may live there. Called before the allocator gets the memory.
 */
void __init l4_mem_reserve_last(void)
{
	memblock_reserve(physmem_size - PAGE_SIZE, PAGE_SIZE);
}
