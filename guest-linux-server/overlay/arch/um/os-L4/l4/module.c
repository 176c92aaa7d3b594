// SPDX-License-Identifier: GPL-2.0-only
/* Boot modules: init maps their pages into a window of ours, from where they are copied. */
#include <linux/kernel.h>
#include <linux/string.h>
#include "l4c.h"

#define WINDOW 0x4000000000UL /* far above RAM and vmalloc area */
#define WINDOW_ORDER 22
#define WINDOW_SIZE (1UL << WINDOW_ORDER)
#define NAME_MAX_BYTES 256

long l4h_module_find(const char *name, unsigned long *size)
{
	l4_utcb_layout_t *u = l4c_utcb();
	unsigned long len = min(strlen(name), (size_t)NAME_MAX_BYTES);
	int old = l4c_lock();
	long ret;

	u->mr[0] = L4_INIT_MODULE_FIND_OP;
	u->mr[1] = len;
	memcpy(&u->mr[2], name, len);
	ret = l4c_call(L4_BASE_PAGER_CAP,
		       l4c_tag(L4_PROTO_UX_INIT, 2 + DIV_ROUND_UP(len, sizeof(long)), 0));
	if (ret >= 0) {
		ret = u->mr[0];
		*size = u->mr[1];
	} else {
		ret = -ENOENT;
	}
	l4c_unlock(old);
	return ret;
}

/* Map the piece that holds `offset` into the window; its size, or an error. */
static long map_piece(l4_utcb_layout_t *u, long handle, unsigned long offset)
{
	long err;

	u->bdr = 0;
	u->br[0] = L4_ITEM_MAP;
	u->br[1] = l4c_fpage(WINDOW, WINDOW_ORDER, 0);
	u->br[2] = 0;
	u->mr[0] = L4_INIT_MODULE_MAP_OP;
	u->mr[1] = handle;
	u->mr[2] = offset & ~(L4_PAGESIZE - 1);
	err = l4c_call(L4_BASE_PAGER_CAP, l4c_tag(L4_PROTO_UX_INIT, 3, 0));
	u->br[0] = 0;
	return err < 0 ? err : u->mr[0];
}

long l4h_module_read(long handle, unsigned long offset, void *buf, unsigned long n)
{
	unsigned long done = 0, part;
	long piece;
	int old;

	while (done < n) {
		old = l4c_lock();
		piece = map_piece(l4c_utcb(), handle, offset);
		l4c_unlock(old);
		if (piece < (long)L4_PAGESIZE)
			break;
		piece = min(piece, (long)WINDOW_SIZE);
		/* pieces are naturally aligned, in the module and in the window */
		part = min(n - done, piece - (offset & (piece - 1)));
		memcpy(buf + done, (void *)WINDOW + (offset & (WINDOW_SIZE - 1)), part);
		done += part;
		offset += part;
	}
	l4h_ram_unmap(WINDOW, WINDOW_SIZE);
	return done;
}
