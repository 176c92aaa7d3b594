/* SPDX-License-Identifier: MIT */
/*
 * The screen, as console process and programs see it. Feature "ux_screen".
 *
 * The console is a virtio device (l4/abi/virtio.h) of kind input; its configuration page describes
 * the screen at L4_UX_SCREEN_OFFSET. The screen has one view, or two that lie one above the other.
 * Each view has a frame buffer of its own, plain I/O memory in which line follows line from
 * the top, and a page with a ring in which its program tells what it has drawn. Both are mapped
 * with sigma0 requests for I/O memory (or init's, l4/abi/init.h). The first view is also what the
 * boot information's VBE fields announce, so programs that know nothing of all this can draw on it.
 *
 * Telling: a program that sets L4_UX_SCREEN_TELLS says that it will tell every rectangle; the
 * console then shows what it is told and looks at nothing else. Without the flag the console
 * compares the view with what it has shown, as long as programs run.
 * A rectangle goes to rect[head % L4_UX_SCREEN_RECTS], then head is increased. The console does not
 * fall behind for ever but may be late: when head - tail is L4_UX_SCREEN_RECTS, the program sets
 * `all` instead, which stands for the whole view. If `sleeping` is set, the program clears it and
 * rings the device's doorbell. Rectangles that reach beyond the view are cut.
 *
 * Pixels: 32 bits, from the highest byte unused, red, green, blue; or 16 bits, 5 red, 6 green, 5
 * blue.
 *
 * Source: l4ux; the VBE structures: VESA BIOS Extension 3.0, as L4Re's bootstrap passes them on.
 */
#ifndef L4_ABI_SCREEN_H
#define L4_ABI_SCREEN_H

#include <l4/abi/stdtypes.h>

#define L4_UX_FEATURE_SCREEN "ux_screen" /* in the KIP when there is a screen */

#define L4_UX_SCREEN_OFFSET 0x400      /* in the configuration page */
#define L4_UX_SCREEN_MAGIC 0x6e726373U /* "scrn" */
#define L4_UX_SCREEN_VERSION 1U        /* of all that is in this file */
#define L4_UX_SCREEN_VIEWS 2           /* there are never more */

/* One view. Addresses are those of I/O memory, page aligned. */
struct l4_ux_screen_view {
	uint64_t pixels; /* aligned to 2 MiB */
	uint64_t size;   /* of the frame buffer in bytes, a multiple of 2 MiB */
	uint64_t ring;   /* struct l4_ux_screen_ring */
	uint32_t width, height;
	uint32_t pitch; /* bytes from one line to the next */
	uint32_t depth; /* bits per pixel: 16 or 32 */
};

/* What is at L4_UX_SCREEN_OFFSET. */
struct l4_ux_screen {
	uint32_t magic, version;
	uint32_t views; /* in use */
	uint32_t _res;
	struct l4_ux_screen_view view[L4_UX_SCREEN_VIEWS];
};

#define L4_UX_SCREEN_RECTS 256U /* a power of two */

/* A part of a view that has changed. */
struct l4_ux_screen_rect {
	uint16_t x, y, w, h;
};

/* The page of a view. Indices run freely. */
struct l4_ux_screen_ring {
	uint32_t version;  /* the console's L4_UX_SCREEN_VERSION */
	uint32_t flags;    /* the program's: L4_UX_SCREEN_TELLS */
	uint32_t head;     /* the program's */
	uint32_t tail;     /* the console's */
	uint32_t sleeping; /* the console wants the doorbell */
	uint32_t all;      /* the program had no room */
	uint32_t _res[10];
	struct l4_ux_screen_rect rect[L4_UX_SCREEN_RECTS];
};

/* Flags of a program. */
enum l4_ux_screen_flag {
	L4_UX_SCREEN_TELLS = 1, /* all that is drawn is told */
};

/* VBE controller information, l4mod_info.vbe_ctrl_info; only what is used here. */
struct l4_vbe_ctrl_info {
	uint8_t signature[4]; /* "VESA" */
	uint16_t version;     /* 0x300 */
	uint8_t _res0[12];
	uint16_t total_memory; /* in units of 64 KiB */
	uint8_t _res1[492];
} __attribute__((packed));

/* VBE mode information, l4mod_info.vbe_mode_info; only what is used here. */
struct l4_vbe_mode_info {
	uint16_t attributes; /* 0x9b: graphics, colour, linear frame buffer */
	uint8_t _res0[14];
	uint16_t pitch; /* bytes from one line to the next */
	uint16_t width, height;
	uint8_t char_width, char_height, planes;
	uint8_t depth; /* bits per pixel */
	uint8_t banks;
	uint8_t memory_model; /* 6: direct colour */
	uint8_t _res1[3];
	uint8_t red_size, red_position, green_size, green_position, blue_size, blue_position;
	uint8_t reserved_size, reserved_position;
	uint8_t _res2;
	uint32_t pixels;      /* address, lower half */
	uint32_t pixels_high; /* as L4Re's bootstrap puts it */
	uint8_t _res3[2];
	uint16_t linear_pitch;
	uint8_t _res4[204];
} __attribute__((packed));

_Static_assert(sizeof(struct l4_ux_screen_view) == 40, "view");
_Static_assert(offsetof(struct l4_ux_screen, view) == 16, "screen");
_Static_assert(offsetof(struct l4_ux_screen_ring, sleeping) == 16, "ring header");
_Static_assert(offsetof(struct l4_ux_screen_ring, rect) == 64, "ring");
_Static_assert(sizeof(struct l4_ux_screen_ring) <= 4096, "ring page");
_Static_assert(offsetof(struct l4_vbe_ctrl_info, total_memory) == 18, "VBE memory");
_Static_assert(sizeof(struct l4_vbe_ctrl_info) == 512, "VBE controller");
_Static_assert(offsetof(struct l4_vbe_mode_info, pitch) == 16, "VBE pitch");
_Static_assert(offsetof(struct l4_vbe_mode_info, depth) == 25, "VBE depth");
_Static_assert(offsetof(struct l4_vbe_mode_info, red_size) == 31, "VBE colours");
_Static_assert(offsetof(struct l4_vbe_mode_info, pixels) == 40, "VBE address");
_Static_assert(sizeof(struct l4_vbe_mode_info) == 256, "VBE mode");

#endif
