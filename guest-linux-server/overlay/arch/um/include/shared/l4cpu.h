/* SPDX-License-Identifier: GPL-2.0-only */
/* The processor's name for /proc/cpuinfo (os-L4/cpuinfo.c). */
#ifndef L4CPU_H
#define L4CPU_H

const char *l4_cpu_vendor(void);
const char *l4_cpu_model(void);

#endif
