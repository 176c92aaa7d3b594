/* SPDX-License-Identifier: MIT */
/* The frame buffer as a PC's firmware would describe it. */
#ifndef BOOT_VBE_H
#define BOOT_VBE_H

#include <l4/abi/screen.h>

void vbe_fill(const struct l4_ux_screen_view *v, struct l4_vbe_ctrl_info *ctrl,
	      struct l4_vbe_mode_info *mode);

#endif
