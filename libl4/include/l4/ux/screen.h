/* SPDX-License-Identifier: MIT */
/*
 * Drawing: a view of the screen in our memory, and telling the console what has changed. For
 * programs that init has started. What is shared: l4/abi/screen.h. Source: l4ux.
 */
#ifndef L4_UX_SCREEN_H
#define L4_UX_SCREEN_H

#include <l4/abi/screen.h>
#include <l4/abi/virtio.h>
#include <l4/sys/types.h>

/* A view that was opened. */
struct l4_screen {
	struct l4_ux_screen_view view;
	unsigned char *pixels;
	struct l4_ux_screen_ring *ring;
	struct l4virtio_config *page; /* of the console */
	unsigned device;              /* its number */
	l4_cap_idx_t bell;            /* its doorbell; L4_INVALID_CAP: the console looks itself */
};

/*
 * Opens view 0 or 1. -L4_ENODEV: there is no such view, -L4_ENOMEM. Nothing is told, so the
 * console finds out itself what is drawn.
 */
long l4_screen_open(struct l4_screen *s, unsigned view);

/*
 * From now on l4_screen_tell() follows whatever is drawn. @bell: a free capability slot. There is
 * one bell: -L4_EINVAL when another program has it.
 */
long l4_screen_tells(struct l4_screen *s, l4_cap_idx_t bell);

/* A rectangle was drawn. */
void l4_screen_tell(struct l4_screen *s, unsigned x, unsigned y, unsigned w, unsigned h);

/* A colour (0xrrggbb) as a pixel of the view. */
static inline unsigned l4_screen_pixel(struct l4_screen const *s, unsigned rgb)
{
	if (s->view.depth == 32)
		return rgb;
	return (rgb >> 8 & 0xf800) | (rgb >> 5 & 0x7e0) | (rgb >> 3 & 0x1f);
}

/* Fills the part of a rectangle that is in the view with a pixel value; tells nobody. */
void l4_screen_fill(struct l4_screen *s, unsigned x, unsigned y, unsigned w, unsigned h,
		    unsigned pixel);

#endif
