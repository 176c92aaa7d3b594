/* SPDX-License-Identifier: MIT */
/*
 * Addresses in the kernel process that are the same in each run with snapshots: what objects point
 * to. No host puts anything there by itself, nor do sanitizers.
 */
#ifndef HOST_FIXED_H
#define HOST_FIXED_H

#define FIXED_ARENA 0x200000000000UL
#define FIXED_ARENA_SIZE (64UL << 30)
#define FIXED_KU 0x210000000000UL

#endif
