/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef L4_VDSO_CLOCKSOURCE_H
#define L4_VDSO_CLOCKSOURCE_H

/* The L4 clock (os-L4/clock.c): user programs can read it as the kernel does. */
#define VDSO_ARCH_CLOCKMODES VDSO_CLOCKMODE_L4

#endif
