/* SPDX-License-Identifier: GPL-2.0-only */
/* The L4 headers include <stdint.h>; the kernel has its own definition of the same things. */
#include <linux/types.h>
