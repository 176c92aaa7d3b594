// SPDX-License-Identifier: MIT
/* VBE structures. */
#include "vbe.h"

#include <stdbool.h>

#define UNIT 65536U /* of the memory size */
#define GRAPHICS_COLOUR_LINEAR 0x9b
#define DIRECT_COLOUR 6

void vbe_fill(const struct l4_ux_screen_view *v, struct l4_vbe_ctrl_info *ctrl,
	      struct l4_vbe_mode_info *mode)
{
	bool deep = v->depth == 32;

	*ctrl = (struct l4_vbe_ctrl_info){
		.signature = { 'V', 'E', 'S', 'A' },
		.version = 0x300,
		.total_memory = v->size / UNIT,
	};
	*mode = (struct l4_vbe_mode_info){
		.attributes = GRAPHICS_COLOUR_LINEAR,
		.pitch = v->pitch,
		.linear_pitch = v->pitch,
		.width = v->width,
		.height = v->height,
		.char_width = 8,
		.char_height = 16,
		.planes = 1,
		.depth = v->depth,
		.banks = 1,
		.memory_model = DIRECT_COLOUR,
		.red_size = deep ? 8 : 5,
		.red_position = deep ? 16 : 11,
		.green_size = deep ? 8 : 6,
		.green_position = deep ? 8 : 5,
		.blue_size = deep ? 8 : 5,
		.reserved_size = deep ? 8 : 0,
		.reserved_position = deep ? 24 : 0,
		.pixels = (uint32_t)v->pixels,
		.pixels_high = v->pixels >> 32,
	};
}
