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
 * What a program finds. Capabilities: consts.h, the IOMMU only when there are devices. On the
 * stack: argc, argv, 0, an empty environment, 0, and the auxiliary vector with AT_PHDR, AT_PHENT,
 * AT_PHNUM, AT_PAGESZ, AT_BASE (load address of a position-independent program), AT_ENTRY,
 * AT_L4_KIP (0xf2: address of the kernel interface page, mapped at the first access) and
 */
#define AT_L4_UTCB 0xf6UL /* address of the first free UTCB, for a second thread */

/* The UTCB area; its first UTCB is the first thread's, the others follow in L4_UTCB_OFFSET. */
#define L4_INIT_UTCB_ADDR 0x7fff000000UL
#define L4_INIT_UTCB_ORDER 14

enum l4_init_op {
	/*
	 * Ends the calling program; never answered.
	 * In: MR1 exit status 0..255.
	 */
	L4_INIT_EXIT_OP = 0,
	/*
	 * Finds a boot module by its name: the first word of its command line, without
	 * directories.
	 * In: MR1 bytes of the name, MR2.. name.
	 * Out: MR0 number of the module, MR1 its size in bytes.
	 * Errors: -L4_ENOENT.
	 */
	L4_INIT_MODULE_FIND_OP = 1,
	/*
	 * Maps a module's pages, read-only, into one window of memory that is aligned to its
	 * size; a window smaller than what is sent gets the first bytes of it.
	 * In: MR1 number of the module, MR2 offset, page aligned; a receive window.
	 * Out: MR0 bytes sent, a power of two pages, and one map item.
	 * Errors: -L4_EINVAL, -L4_ERANGE.
	 */
	L4_INIT_MODULE_MAP_OP = 2,
	/*
	 * Maps zeroed memory, which is the program's until it ends.
	 * In: MR1 order, 12..30; a receive window.
	 * Out: one map item with all rights.
	 * Errors: -L4_ENOMEM, -L4_EINVAL.
	 */
	L4_INIT_MEM_ALLOC_OP = 3,
	/*
	 * MR1 = address of I/O memory, MR2 = order of its size, 12..30; 12 without that word. The
	 * address is a multiple of the size. One memory receive window. Answers with one map item,
	 * which other programs may have, too. -L4_EINVAL, -L4_ENOMEM.
	 */
	L4_INIT_IO_PAGE_OP = 4,
	/*
	 * MR1 = address in the program's memory. Answers MR0 = address and MR1 = order of the block
	 * that a page fault there is answered with. -L4_EFAULT.
	 */
	L4_INIT_BLOCK_OP = 5,
};

#endif
