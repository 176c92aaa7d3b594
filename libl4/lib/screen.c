/* SPDX-License-Identifier: MIT */
/* Finding and mapping the screen, telling, filling. */
#include <l4/ux/screen.h>

#include <l4/sys/factory.h>
#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/kip.h>
#include <l4/sys/memdesc.h>
#include <l4/ux/init.h>

#define WINDOW (1UL << 40) /* our addresses of I/O memory are its own, and so much more */

static void *map(l4_addr_t io, unsigned order)
{
	l4_addr_t va = WINDOW + io;

	return l4_init_io_memory(io, order, l4_fpage(va, order, 0)) < 0 ? NULL : (void *)va;
}

/* The I/O memory of devices' pages: its first address and its end; 0 when there are no devices. */
static l4_addr_t io_start(l4_addr_t *end)
{
	l4_kernel_info_t const *kip = l4_kip();
	l4_mem_desc_t const *md = l4_kernel_info_get_mem_descs(kip);
	int n = l4_kernel_info_get_num_mem_descs(kip);

	for (; n--; md++) {
		if (l4_kernel_info_get_mem_desc_type(md) != l4_mem_type_shared ||
		    l4_kernel_info_get_mem_desc_is_virtual(md))
			continue;
		*end = l4_kernel_info_get_mem_desc_end(md) + 1;
		return l4_kernel_info_get_mem_desc_start(md);
	}
	return 0;
}

/* The page of the device that has a screen. */
static struct l4virtio_config *find(unsigned *number)
{
	l4_addr_t end = 0, io = io_start(&end);

	for (*number = 0; io < end; io += L4_PAGESIZE, ++*number) {
		struct l4virtio_config *c = map(io, L4_PAGESHIFT);
		struct l4_ux_screen *s;

		if (!c)
			continue;
		s = (void *)((char *)c + L4_UX_SCREEN_OFFSET);
		if (c->device == L4VIRTIO_ID_INPUT && s->magic == L4_UX_SCREEN_MAGIC &&
		    s->version == L4_UX_SCREEN_VERSION)
			return c;
	}
	return NULL;
}

long l4_screen_open(struct l4_screen *s, unsigned view)
{
	struct l4_ux_screen const *all;

	if (!l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_SCREEN))
		return -L4_ENODEV;
	s->page = find(&s->device);
	if (!s->page)
		return -L4_ENODEV;
	all = (void *)((char *)s->page + L4_UX_SCREEN_OFFSET);
	if (view >= all->views || view >= L4_UX_SCREEN_VIEWS)
		return -L4_ENODEV;
	s->view = all->view[view];
	s->bell = L4_INVALID_CAP;
	s->ring = map(s->view.ring, L4_PAGESHIFT);
	s->pixels = (void *)(WINDOW + s->view.pixels);
	for (l4_addr_t at = 0; at < s->view.size; at += L4_SUPERPAGESIZE)
		if (!map(s->view.pixels + at, L4_SUPERPAGESHIFT))
			return -L4_ENOMEM;
	return s->ring ? 0 : -L4_ENOMEM;
}

long l4_screen_tells(struct l4_screen *s, l4_cap_idx_t bell)
{
	long err = l4_error(l4_factory_create_irq(L4_BASE_FACTORY_CAP, bell));

	if (err >= 0)
		err = l4_error(l4_icu_bind(L4_BASE_ICU_CAP, s->page->device_notify_index, bell));
	if (err < 0)
		return err;
	s->bell = bell;
	__atomic_or_fetch(&s->ring->flags, L4_UX_SCREEN_TELLS, __ATOMIC_SEQ_CST);
	return 0;
}

void l4_screen_tell(struct l4_screen *s, unsigned x, unsigned y, unsigned w, unsigned h)
{
	struct l4_ux_screen_ring *r = s->ring;
	unsigned head = r->head;

	if (head - __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) < L4_UX_SCREEN_RECTS) {
		r->rect[head % L4_UX_SCREEN_RECTS] = (struct l4_ux_screen_rect){ x, y, w, h };
		__atomic_store_n(&r->head, head + 1, __ATOMIC_SEQ_CST);
	} else {
		__atomic_store_n(&r->all, 1, __ATOMIC_SEQ_CST);
	}
	if (l4_is_valid_cap(s->bell) && __atomic_load_n(&r->sleeping, __ATOMIC_SEQ_CST) &&
	    __atomic_exchange_n(&r->sleeping, 0, __ATOMIC_SEQ_CST))
		l4_irq_trigger(s->bell);
}

void l4_screen_fill(struct l4_screen *s, unsigned x, unsigned y, unsigned w, unsigned h,
		    unsigned pixel)
{
	unsigned right = x + w < s->view.width ? x + w : s->view.width;
	unsigned bottom = y + h < s->view.height ? y + h : s->view.height;

	for (; y < bottom; y++) {
		unsigned char *line = s->pixels + (size_t)y * s->view.pitch;

		for (unsigned i = x; i < right; i++)
			if (s->view.depth == 32)
				((uint32_t *)line)[i] = pixel;
			else
				((uint16_t *)line)[i] = pixel;
	}
}
