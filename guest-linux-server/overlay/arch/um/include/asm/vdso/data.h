/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef L4_VDSO_DATA_H
#define L4_VDSO_DATA_H

#include <linux/types.h>

/* What user programs need besides the kernel's own timekeeping data. */
struct arch_vdso_data {
	u64 scaler; /* L4 clock in ns = time stamp counter * scaler >> 27 */
};

#endif
