/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's end of the page that user programs read the time from. */
#ifndef L4_VDSO_VSYSCALL_H
#define L4_VDSO_VSYSCALL_H

#include <linux/timekeeper_internal.h>
#include <vdso/datapage.h>

/* x86/um/vdso/vma.c: the page, once there is one */
extern struct vdso_data *l4_vdso_data;

static __always_inline struct vdso_data *l4_get_k_vdso_data(void)
{
	return l4_vdso_data;
}
#define __arch_get_k_vdso_data l4_get_k_vdso_data

#include <asm-generic/vdso/vsyscall.h>

#endif
