/* SPDX-License-Identifier: GPL-2.0-only */
/* The L4 headers include <stddef.h>; the kernel has its own definition of the same things. */
#include <linux/stddef.h>
#include <linux/types.h>
