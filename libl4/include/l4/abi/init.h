/* SPDX-License-Identifier: MIT */
/*
 * The protocol between our root task ("init") and the programs it starts, spoken over the
 * pager capability L4_BASE_PAGER_CAP. Page faults (label -2) arrive on the same gate.
 * All requests are calls with label L4_PROTO_UX_INIT; MR0 is the operation. The answer's label
 * is 0 or a negative l4_error_code.
 */
#ifndef L4_ABI_INIT_H
#define L4_ABI_INIT_H

#define L4_PROTO_UX_INIT 0x4f00L

enum l4_init_op {
	/* MR1 = exit status 0..255. The calling program is ended; never answered. */
	L4_INIT_EXIT_OP = 0,
	/*
	 * MR1 = length of the name in bytes, MR2.. = name (file name of a boot module, first word of
	 * its command line without directories). Answers MR0 = module index, MR1 = size in bytes;
	 * -L4_ENOENT.
	 */
	L4_INIT_MODULE_FIND_OP = 1,
	/*
	 * MR1 = module index, MR2 = offset (page aligned). One memory receive window in the buffer
	 * registers. Answers MR0 = bytes mapped (a power of two pages, at most the window's size) and
	 * one map item with read-only memory, hot spot = offset. -L4_EINVAL, -L4_ERANGE.
	 */
	L4_INIT_MODULE_MAP_OP = 2,
	/*
	 * MR1 = order (12..30). One memory receive window. Answers with one map item of zeroed RWX
	 * memory of that order that belongs to the program until it ends. -L4_ENOMEM, -L4_EINVAL.
	 */
	L4_INIT_MEM_ALLOC_OP = 3,
};

#endif
