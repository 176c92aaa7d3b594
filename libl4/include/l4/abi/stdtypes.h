/* SPDX-License-Identifier: MIT */
/*
 * offsetof, NULL and the fixed-width types, wherever we are compiled: host, L4 program, Linux.
 * Source: l4ux.
 */
#ifndef L4_ABI_STDTYPES_H
#define L4_ABI_STDTYPES_H

#ifdef __KERNEL__
#include <linux/stddef.h>
#include <linux/types.h>
#else
#include <stddef.h>
#include <stdint.h>
#endif

#endif
