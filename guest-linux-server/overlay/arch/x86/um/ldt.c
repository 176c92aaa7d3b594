// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces UML's: there is no local descriptor table. 64-bit programs do not need one, and a user
 * task cannot run 32-bit ones.
 */
#include <linux/mm.h>
#include <linux/syscalls.h>

long init_new_ldt(struct mm_context *new_mm, struct mm_context *from_mm)
{
	return 0;
}

void free_ldt(struct mm_context *mm)
{
}

SYSCALL_DEFINE3(modify_ldt, int, func, void __user *, ptr, unsigned long, bytecount)
{
	return -ENOSYS;
}
