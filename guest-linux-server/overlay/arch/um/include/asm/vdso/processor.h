/* SPDX-License-Identifier: GPL-2.0-only */
/* UML has these already; the vDSO code only needs to find them. */
#ifndef L4_VDSO_PROCESSOR_H
#define L4_VDSO_PROCESSOR_H

#include <asm/processor.h>

#endif
