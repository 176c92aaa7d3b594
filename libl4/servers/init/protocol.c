/* SPDX-License-Identifier: MIT */
/* The operations of the init protocol. */
#include "protocol.h"

#include "sigma0_client.h"

#include <l4/abi/init.h>
#include <l4/sys/ipc.h>

#define MAX_ORDER 30U

static l4_msgtag_t error(long e)
{
	return l4_msgtag(e, 0, 0, 0);
}

static l4_msgtag_t op_find(l4_umword_t *mr, unsigned words)
{
	int i;

	if (words < 2 || mr[1] > (words - 2) * sizeof(*mr))
		return error(-L4_EMSGTOOSHORT);
	i = module_find((const char *)&mr[2], mr[1]);
	if (i < 0)
		return error(i);
	mr[0] = i;
	mr[1] = module_get(i)->size;
	return l4_msgtag(0, 2, 0, 0);
}

/*
 * The largest piece that begins at the offset and is naturally aligned both in memory and as an
 * offset, so that it fits into the caller's window the way it lies in the file.
 */
static l4_msgtag_t op_map(l4_umword_t *mr, unsigned words)
{
	const struct module *m = words < 3 ? NULL : module_get(mr[1]);
	l4_umword_t offset = mr[2], end, align;
	l4_msgtag_t tag = l4_msgtag(0, 1, 0, 0);
	unsigned order = L4_PAGESHIFT;

	if (!m || m->flags != L4MOD_MOD_FLAG_GENERIC || offset % L4_PAGESIZE)
		return error(-L4_EINVAL);
	if (offset >= m->size)
		return error(-L4_ERANGE);
	end = (m->size + L4_PAGESIZE - 1) & ~(L4_PAGESIZE - 1);
	align = offset | m->start;
	while (order < MAX_ORDER && !(align & (1UL << order)) && offset + (2UL << order) <= end)
		order++;
	mr[0] = 1UL << order;
	l4_sndfpage_add(l4_fpage(m->start + offset, order, L4_FPAGE_RO),
			l4_map_control(offset, 0, L4_MAP_ITEM_MAP), &tag);
	return tag;
}

static l4_msgtag_t op_alloc(struct program *p, const l4_umword_t *mr, unsigned words)
{
	l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);
	struct region *r;

	if (words < 2 || mr[1] < L4_PAGESHIFT || mr[1] > MAX_ORDER)
		return error(-L4_EINVAL);
	r = region_add_block(&p->blocks, mr[1], L4_FPAGE_RWX);
	if (!r)
		return error(-L4_ENOMEM);
	l4_sndfpage_add(l4_fpage(r->pa, r->order, L4_FPAGE_RWX),
			l4_map_control(0, 0, L4_MAP_ITEM_MAP), &tag);
	return tag;
}

static l4_msgtag_t op_io_page(const l4_umword_t *mr, unsigned words)
{
	l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);
	l4_umword_t addr = mr[1], order = words < 3 ? L4_PAGESHIFT : mr[2];
	int e;

	if (words < 2 || order < L4_PAGESHIFT || order > MAX_ORDER || addr % (1UL << order))
		return error(-L4_EINVAL);
	e = sigma0_io_memory(addr, order);
	if (e < 0)
		return error(e);
	l4_sndfpage_add(l4_fpage(addr, order, L4_FPAGE_RW),
			l4_map_control(0, L4_FPAGE_UNCACHEABLE, L4_MAP_ITEM_MAP), &tag);
	return tag;
}

static l4_msgtag_t op_block(const struct program *p, l4_umword_t *mr, unsigned words)
{
	const struct region *r = words < 2 ? NULL : region_find(p->regions, mr[1]);

	if (!r)
		return error(-L4_EFAULT);
	mr[0] = r->va;
	mr[1] = r->order;
	return l4_msgtag(0, 2, 0, 0);
}

bool protocol_serve(struct program *p, l4_msgtag_t tag, l4_msgtag_t *answer)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;
	unsigned words = l4_msgtag_words(tag);

	if (!words) {
		*answer = error(-L4_EMSGTOOSHORT);
		return true;
	}
	switch (mr[0]) {
	case L4_INIT_EXIT_OP:
		if (words >= 2 && mr[1] <= 255) {
			program_end(p, mr[1]);
			return false;
		}
		*answer = error(-L4_EINVAL);
		return true;
	case L4_INIT_MODULE_FIND_OP:
		*answer = op_find(mr, words);
		return true;
	case L4_INIT_MODULE_MAP_OP:
		*answer = op_map(mr, words);
		return true;
	case L4_INIT_MEM_ALLOC_OP:
		*answer = op_alloc(p, mr, words);
		return true;
	case L4_INIT_IO_PAGE_OP:
		*answer = op_io_page(mr, words);
		return true;
	case L4_INIT_BLOCK_OP:
		*answer = op_block(p, mr, words);
		return true;
	default:
		*answer = error(-L4_ENOSYS);
		return true;
	}
}
