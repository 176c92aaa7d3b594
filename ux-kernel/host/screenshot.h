/* SPDX-License-Identifier: MIT */
/* PNG files of frame buffers. */
#ifndef HOST_SCREENSHOT_H
#define HOST_SCREENSHOT_H

#include <l4/abi/screen.h>

/*
 * Writes views, one above the other, of which @pixels[i] is the memory. The file is complete or not
 * there: it is written under another name first. 0 or negative errno.
 */
int screenshot_write(const char *path, const struct l4_ux_screen_view *view,
		     const char *const *pixels, unsigned views);

#endif
