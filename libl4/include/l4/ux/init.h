/* SPDX-License-Identifier: MIT */
/*
 * Client of the root task that started the program, see l4/abi/init.h for the protocol. Source:
 * l4ux.
 */
#ifndef L4_UX_INIT_H
#define L4_UX_INIT_H

#include <l4/abi/init.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>

/* A request of some words, already in the message registers. */
static inline long l4_init_call(unsigned words, l4_utcb_t *u)
{
	return l4_error_u(
		l4_ipc_kcall(L4_BASE_PAGER_CAP, l4_msgtag(L4_PROTO_UX_INIT, words, 0, 0), u), u);
}

/* Ends the program with status 0..255. Returns only when nobody answers to that request. */
static inline long l4_init_exit(l4_umword_t status)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_INIT_EXIT_OP;
	mr[1] = status;
	return l4_init_call(2, u);
}

/* Finds a boot module: its number and its size in bytes. -L4_ENOENT, -L4_ENAMETOOLONG. */
static inline long l4_init_module_find(char const *name, l4_umword_t *index, l4_umword_t *size)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	unsigned len = 0;
	long err;

	while (name[len])
		len++;
	if (len > (L4_UTCB_GENERIC_DATA_SIZE - 2) * sizeof(l4_umword_t))
		return -L4_ENAMETOOLONG;
	l4_utcb_copy(mr + 2, name, len);
	mr[0] = L4_INIT_MODULE_FIND_OP;
	mr[1] = len;
	err = l4_init_call(2 + (len + 7) / 8, u);
	if (err < 0)
		return err;
	*index = mr[0];
	*size = mr[1];
	return 0;
}

/*
 * Maps a module's pages from offset (a multiple of the page size) on, read-only, into a memory
 * window aligned to its size. Result: bytes sent, of which a smaller window got the first;
 * -L4_EINVAL, -L4_ERANGE.
 */
static inline long l4_init_module_map(l4_umword_t index, l4_umword_t offset, l4_fpage_t window)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	long err;

	l4_ipc_rcv_window(window, u);
	mr[0] = L4_INIT_MODULE_MAP_OP;
	mr[1] = index;
	mr[2] = offset;
	err = l4_init_call(3, u);
	return err < 0 ? err : (long)mr[0];
}

/* Maps fresh zeroed memory of 2^order bytes (12..30) into a window. -L4_ENOMEM, -L4_EINVAL. */
static inline long l4_init_mem_alloc(unsigned order, l4_fpage_t window)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	l4_ipc_rcv_window(window, u);
	mr[0] = L4_INIT_MEM_ALLOC_OP;
	mr[1] = order;
	return l4_init_call(2, u);
}

/*
 * Maps 2^order bytes (12..30) of I/O memory at an address that is a multiple of that size into a
 * window. -L4_ENOMEM, -L4_EINVAL.
 */
static inline long l4_init_io_memory(l4_umword_t addr, unsigned order, l4_fpage_t window)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	l4_ipc_rcv_window(window, u);
	mr[0] = L4_INIT_IO_PAGE_OP;
	mr[1] = addr;
	mr[2] = order;
	return l4_init_call(3, u);
}

#endif
