/* SPDX-License-Identifier: GPL-2.0-only */
/* The console among the virtio devices has a screen, too (l4/abi/screen.h). */
#ifndef L4_SCREEN_H
#define L4_SCREEN_H

#ifdef CONFIG_L4_SCREEN
/* @page: configuration of device @number, whatever it is. */
void l4_screen_found(void *page, int number);
#else
static inline void l4_screen_found(void *page, int number)
{
}
#endif

#endif
