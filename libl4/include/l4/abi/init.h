/* SPDX-License-Identifier: MIT */
/*
 * The protocol between our root task ("init") and the programs it starts, spoken over the
 * pager capability L4_BASE_PAGER_CAP. Page faults (label -2) arrive on the same gate.
 * All requests are calls with label L4_PROTO_UX_INIT; MR0 is the operation. The answer's label
 * is 0 or a negative l4_error_code. Source: l4ux.
 */
#ifndef L4_ABI_INIT_H
#define L4_ABI_INIT_H

#define L4_PROTO_UX_INIT 0x4f00L /* label of the requests below */

/*
 * What a program finds. Capabilities: consts.h, all but the IOMMU. On the stack: argc, argv, 0,
 * an empty environment, 0, and the auxiliary vector with AT_PHDR, AT_PHENT, AT_PHNUM, AT_PAGESZ,
 * AT_BASE (load address of a position-independent program), AT_ENTRY, AT_L4_KIP (0xf2: address
 * of the kernel interface page, mapped at the first access) and
 */
#define AT_L4_UTCB 0xf6UL /* address of the first free UTCB, for a second thread */

/* The UTCB area; its first UTCB is the first thread's, the others follow in L4_UTCB_OFFSET. */
#define L4_INIT_UTCB_ADDR 0x7fff000000UL
#define L4_INIT_UTCB_ORDER 14

enum l4_init_op {
	/* MR1 = exit status 0..255. The calling program is ended; never answered. */
	L4_INIT_EXIT_OP = 0,
	/*
	 * MR1 = length of the name in bytes, MR2.. = name (file name of a boot module, first
	 * word of its command line without directories). Answers MR0 = module index, MR1 = size
	 * in bytes; -L4_ENOENT.
	 */
	L4_INIT_MODULE_FIND_OP = 1,
	/*
	 * MR1 = module index, MR2 = offset (page aligned). One memory receive window in the
	 * buffer registers, aligned to its size. Answers MR0 = bytes sent (a power of two pages)
	 * and one map item with read-only memory, hot spot = offset. A smaller window receives
	 * the first bytes. -L4_EINVAL, -L4_ERANGE.
	 */
	L4_INIT_MODULE_MAP_OP = 2,
	/*
	 * MR1 = order (12..30). One memory receive window. Answers with one map item of zeroed RWX
	 * memory of that order that belongs to the program until it ends. -L4_ENOMEM, -L4_EINVAL.
	 */
	L4_INIT_MEM_ALLOC_OP = 3,
};

#endif
