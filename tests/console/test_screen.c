// SPDX-License-Identifier: MIT
/* Rings, comparing and the pace of frames, with a guest that plays fair and one that does not. */
#define _GNU_SOURCE
#include "front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define W 320U
#define H 200U
#define PITCH (W * 4)
#define RING 0x1000U
#define PIXELS 0x2000U
#define BYTES (PIXELS + PITCH * H)
#define SECOND 1000000U

static struct test {
	struct console_page page;
	struct screen screen;
	int io;
	char *memory, shown[PITCH * H];
	struct l4_ux_screen_ring *ring;
} t;

static int set_up(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	memset(&shown, 0, sizeof(shown));
	t.io = memfd_create("io", 0);
	if (ftruncate(t.io, BYTES) < 0)
		return -1;
	t.memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, t.io, 0);
	t.ring = (void *)(t.memory + RING);
	t.page.views = 1;
	t.page.view[0] = (struct console_view){ PIXELS, RING, W, H, PITCH, 32 };
	return screen_open(&t.screen, &t.page, t.io, t.shown);
}

static int tear_down(void **state)
{
	(void)state;
	munmap((void *)t.screen.view[0].pixels, PITCH * H);
	munmap(t.ring == NULL ? NULL : t.screen.view[0].ring, 4096);
	munmap(t.memory, BYTES);
	return close(t.io);
}

static void tell(uint16_t x, uint16_t y, uint16_t w, uint16_t h)
{
	t.ring->rect[t.ring->head++ % L4_UX_SCREEN_RECTS] = (struct l4_ux_screen_rect){ x, y, w,
											h };
}

/* One step at @at, as if the bell had rung. */
static uint64_t step(uint64_t at)
{
	return screen_step(&t.screen, NULL, at);
}

static void first_frame_is_everything(void **state)
{
	(void)state;
	t.ring->flags = L4_UX_SCREEN_TELLS;
	assert_int_equal(step(SECOND), UINT64_MAX);
	assert_int_equal(shown.frames, 1);
	assert_int_equal(shown.view[0].rect[0].w, W);
	assert_int_equal(shown.view[0].rect[0].h, H);
	assert_int_equal(t.ring->sleeping, 1);
}

static void shows_what_is_told(void **state)
{
	(void)state;
	t.ring->flags = L4_UX_SCREEN_TELLS;
	step(SECOND);
	tell(8, 16, 24, 32);
	step(2 * SECOND);
	assert_int_equal(shown.frames, 2);
	assert_int_equal(shown.view[0].count, 1);
	assert_memory_equal(&shown.view[0].rect[0], (&(struct rect){ 8, 16, 24, 32 }),
			    sizeof(struct rect));
	assert_int_equal(t.ring->tail, t.ring->head);
	/* Nothing happens while nothing is told, whatever is drawn. */
	memset(t.memory + PIXELS, 1, 1000);
	assert_int_equal(step(3 * SECOND), UINT64_MAX);
	assert_int_equal(shown.frames, 2);
}

static void keeps_the_pace(void **state)
{
	uint64_t at = SECOND, next;

	(void)state;
	t.ring->flags = L4_UX_SCREEN_TELLS;
	step(at);
	/* A program that draws a thousand times in a second is shown 60 times. */
	for (unsigned i = 0; i < 1000; i++) {
		tell(i % W, 0, 1, 1);
		at += 1000;
		next = step(at);
		assert_true(next == UINT64_MAX || next - at <= SCREEN_PERIOD_US);
	}
	assert_in_range(shown.frames, 58, 62);
	/* What came last is not forgotten. */
	tell(7, 7, 1, 1);
	next = step(at + 1);
	if (next != UINT64_MAX)
		step(next);
	assert_int_equal(t.screen.view[0].dirty->count, 0);
}

static void compares_while_the_guest_runs(void **state)
{
	uint64_t next;

	(void)state;
	t.page.idle = 1;
	step(SECOND);
	assert_int_equal(t.page.watch, 1);
	memset(t.memory + PIXELS + 10 * PITCH + 400, 7, 8);
	/* The kernel has not rung: no guest code has run. */
	step(2 * SECOND);
	assert_int_equal(shown.frames, 1);
	t.page.watch = 0;
	next = step(3 * SECOND);
	assert_int_equal(shown.frames, 2);
	assert_int_equal(shown.view[0].count, 1);
	assert_int_equal(shown.view[0].rect[0].y, 10);
	assert_int_equal(shown.view[0].rect[0].h, 1);
	assert_true(shown.view[0].rect[0].x <= 100);
	assert_true(shown.view[0].rect[0].x + shown.view[0].rect[0].w >= 102);
	assert_int_equal(next, UINT64_MAX);
	/* And it is not looked at more often than frames are shown. */
	t.page.watch = 0;
	next = step(3 * SECOND + 1);
	assert_in_range(next, 3 * SECOND + 2, 3 * SECOND + SCREEN_PERIOD_US + 1);
}

/* Guest code that never enters the kernel: nobody rings, but the kernel is not idle either. */
static void compares_a_busy_guest(void **state)
{
	uint64_t at = SECOND;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		t.memory[PIXELS + i] = 1;
		at = step(at);
		assert_int_not_equal(at, UINT64_MAX);
	}
	assert_int_equal(shown.frames, 10);
	assert_int_equal(t.page.watch, 0);
}

static void open_again(bool compare)
{
	munmap((void *)t.screen.view[0].pixels, PITCH * H);
	munmap(t.screen.view[0].ring, 4096);
	memset(&t.screen, 0, sizeof(t.screen));
	assert_int_equal(screen_open(&t.screen, &t.page, t.io, compare ? t.shown : NULL), 0);
}

/* Another console shows everything again, but for who waits nothing has changed. */
static void taken_over(void **state)
{
	uint64_t at;

	(void)state;
	step(SECOND);
	t.page.watch = 0;
	open_again(true);
	at = step(2 * SECOND);
	assert_int_equal(shown.frames, 2);
	assert_int_equal(shown.view[0].rect[0].h, H);
	assert_int_equal(t.page.changed_at, SECOND);
	/* What was drawn in between is a change. */
	t.memory[PIXELS] = 1;
	open_again(true);
	step(at + SECOND);
	assert_int_equal(t.page.changed_at, at + SECOND);
}

/* What was told and not shown yet is shown by the next one. */
static void taken_over_in_between(void **state)
{
	uint64_t at = 3 * SECOND;

	(void)state;
	t.ring->flags = L4_UX_SCREEN_TELLS;
	step(at);
	tell(5, 5, 1, 1);
	step(at + 1);
	open_again(false);
	assert_int_equal(t.screen.view[0].dirty->count, 1);
	step(at + SCREEN_PERIOD_US);
	assert_int_equal(t.screen.view[0].dirty->count, 0);
	assert_int_equal(shown.view[0].rect[0].x, 5);
	/* Nobody had compared: for who does all is new. */
	open_again(true);
	assert_int_equal(t.screen.view[0].dirty->rect[0].w, W);
}

static void taken_over_from_hell(void **state)
{
	(void)state;
	step(SECOND);
	t.page.dirty[0] = (struct dirty){ UINT32_MAX, { { 5, 5, UINT32_MAX, 7 }, { W, 0, 9, 9 } } };
	t.page.views = UINT32_MAX;
	t.page.view[1] = t.page.view[0];
	open_again(false);
	assert_int_equal(t.screen.views, 2);
	assert_int_equal(t.screen.view[0].dirty->count, 1);
	assert_int_equal(t.screen.view[0].dirty->rect[0].w, W - 5);
}

static void too_much_to_tell(void **state)
{
	(void)state;
	t.ring->flags = L4_UX_SCREEN_TELLS;
	step(SECOND);
	t.ring->all = 1;
	step(2 * SECOND);
	assert_int_equal(t.ring->all, 0);
	assert_int_equal(shown.view[0].rect[0].w, W);
	assert_int_equal(shown.view[0].rect[0].h, H);
}

static void indices_that_make_no_sense(void **state)
{
	(void)state;
	t.ring->flags = L4_UX_SCREEN_TELLS;
	step(SECOND);
	t.ring->head = t.ring->tail + L4_UX_SCREEN_RECTS + 1;
	step(2 * SECOND);
	assert_int_equal(t.screen.view[0].bad, 1);
	assert_int_equal(t.ring->tail, t.ring->head);
	assert_int_equal(shown.view[0].rect[0].h, H);
}

/* A guest that writes anything anywhere: the console shows something within the view. */
static void garbage(void **state)
{
	unsigned seed = 7;
	uint64_t at = SECOND;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t *word = (uint32_t *)t.ring + rand_r(&seed) % (sizeof(*t.ring) / 4);

		*word = rand_r(&seed) * 2654435761U;
		if (rand_r(&seed) % 4 == 0)
			t.ring->head = t.ring->tail + rand_r(&seed) % (2 * L4_UX_SCREEN_RECTS);
		t.page.watch = rand_r(&seed) % 2;
		at += rand_r(&seed) % 40000;
		step(at);
		for (unsigned k = 0; k < shown.view[0].count; k++) {
			const struct rect *r = &shown.view[0].rect[k];

			assert_true(r->x < W && r->w <= W - r->x);
			assert_true(r->y < H && r->h <= H - r->y);
		}
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(first_frame_is_everything),
		TEST(shows_what_is_told),
		TEST(keeps_the_pace),
		TEST(compares_while_the_guest_runs),
		TEST(compares_a_busy_guest),
		TEST(taken_over),
		TEST(taken_over_in_between),
		TEST(taken_over_from_hell),
		TEST(too_much_to_tell),
		TEST(indices_that_make_no_sense),
		TEST(garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
