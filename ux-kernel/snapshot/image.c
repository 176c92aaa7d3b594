// SPDX-License-Identifier: MIT
/* Copies there and back. */
#define _GNU_SOURCE
#include "image.h"

#include "../core/state.h"
#include "../debug/trace_hash.h"
#include "../host/arena.h"
#include "../host/device.h"
#include "../host/dirty.h"
#include "../host/irq_input.h"
#include "../host/memory.h"
#include "../host/screen.h"
#include "../host/vtime.h"
#include "devices.h"
#include "mirror.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096UL

/* Memory that grows. */
struct copy {
	char *data;
	size_t size, room;
};

static struct {
	struct copy state, arena, ku;
	unsigned *ku_page, ku_pages, ku_hint;
	struct mirror ram;
	uint64_t ticks, steps, trace, entries;
	struct irq_input_mark input;
} image;

static bool copy_reserve(struct copy *c, size_t size)
{
	char *p = size > c->room ? realloc(c->data, size) : c->data;

	if (!p)
		return false;
	c->data = p;
	c->room = size > c->room ? size : c->room;
	c->size = size;
	return true;
}

static bool take_core(void)
{
	if (!copy_reserve(&image.state, state_size()) || !copy_reserve(&image.arena, arena_used()))
		return false;
	memcpy(image.state.data, __start_core_state, image.state.size);
	memcpy(image.arena.data, arena_start(), image.arena.size);
	return true;
}

static bool take_ku(void)
{
	unsigned n = 0, pages = 0;
	unsigned *list;

	for (unsigned i = 0; i < memory_ku_pages(); i++)
		pages += memory_ku_used(i);
	list = realloc(image.ku_page, (pages + 1) * sizeof(*list));
	if (!list)
		return false;
	image.ku_page = list;
	if (!copy_reserve(&image.ku, pages * PAGE))
		return false;
	for (unsigned i = 0; i < memory_ku_pages(); i++)
		if (memory_ku_used(i)) {
			list[n] = i;
			memcpy(image.ku.data + n++ * PAGE, memory_ku_page(i), PAGE);
		}
	image.ku_pages = pages;
	image.ku_hint = memory_ku_hint();
	return true;
}

/* Devices write where they like: nobody names what they have written. */
static bool all_may_differ(void)
{
	return device_get(0);
}

static bool take_ram(void)
{
	if (!image.ram.copy)
		return mirror_make(&image.ram, memory_ram_fd(), memory_ptr(0), memory_ram_end());
	if (all_may_differ())
		mirror_update(&image.ram);
	for (unsigned i = 0; i < dirty_count(); i++)
		mirror_update_page(&image.ram, dirty_page(i));
	return true;
}

int image_take(void)
{
	if (!take_core() || !take_ku() || !take_ram() || devices_take() < 0)
		return -ENOMEM;
	vtime_save(&image.ticks, &image.steps);
	image.trace = trace_hash(&image.entries);
	irq_input_mark(&image.input);
	screen_mark();
	return 0;
}

static void put_core_back(void)
{
	size_t used = arena_used();

	memcpy(__start_core_state, image.state.data, image.state.size);
	memcpy(arena_start(), image.arena.data, image.arena.size);
	if (used > image.arena.size) /* never used, so to speak: zeros */
		memset((char *)arena_start() + image.arena.size, 0, used - image.arena.size);
}

static void put_ku_back(void)
{
	memory_ku_free_all();
	for (unsigned i = 0; i < image.ku_pages; i++) {
		memory_ku_take(image.ku_page[i]);
		memcpy(memory_ku_page(image.ku_page[i]), image.ku.data + i * PAGE, PAGE);
	}
	memory_ku_set_hint(image.ku_hint);
}

static void put_ram_back(struct image_sum *sum)
{
	for (unsigned i = 0; i < dirty_count(); i++) {
		bool changed = mirror_return_page(&image.ram, dirty_page(i));

		sum->changed += changed;
		dirty_seen(i, changed);
	}
	if (all_may_differ())
		sum->changed += mirror_return(&image.ram);
}

void image_put_back(struct image_sum *sum)
{
	*sum = (struct image_sum){ .named = dirty_count() };
	put_core_back();
	put_ku_back();
	put_ram_back(sum);
	devices_put_back();
	vtime_restore(image.ticks, &image.steps);
	trace_hash_start(image.trace, image.entries);
	irq_input_return(&image.input);
	screen_return();
}
