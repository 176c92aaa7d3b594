// SPDX-License-Identifier: MIT
/* Rings, comparing, and the pace of frames. */
#include "screen.h"

#include "../devices/sheet.h"
#include "../ux-kernel/host/report.h"
#include "console.h"
#include "front.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_SEQ_CST)

#define BUSY_US 500000U /* so long after a change we look as often as frames are shown, */
#define CALM_US 100000U /* then this often, and not at all while the guest is idle */

static size_t bytes_of(const struct view *v)
{
	return (size_t)v->at.pitch * v->at.height;
}

static int view_open(struct view *v, int io)
{
	void *pixels = mmap(NULL, bytes_of(v), PROT_READ, MAP_SHARED, io, v->at.pixels);
	void *ring = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, io, v->at.ring);

	if (pixels == MAP_FAILED || ring == MAP_FAILED)
		return -ENOMEM;
	v->pixels = pixels;
	v->ring = ring;
	STORE(&v->ring->version, L4_UX_SCREEN_VERSION);
	return 0;
}

/* What another console had seen to change and not shown. It could be anything. */
static void take_over(struct view *v)
{
	struct dirty old = *v->dirty;

	v->dirty->count = 0;
	for (unsigned i = 0; i < old.count && i < DIRTY_MAX; i++)
		dirty_add(v->dirty, old.rect[i], v->at.width, v->at.height);
}

int screen_open(struct screen *s, struct console_page *page, int io, char *shown)
{
	int e = 0;

	s->page = page;
	s->views = page->views <= CONSOLE_VIEWS ? page->views : CONSOLE_VIEWS;
	s->taken_over = page->begun && (!shown || page->shown);
	for (unsigned i = 0; i < s->views && !e; i++) {
		struct view *v = &s->view[i];

		v->at = page->view[i];
		v->dirty = &page->dirty[i];
		v->shown = shown;
		s->width = v->at.width;
		s->height += v->at.height;
		if (shown && !s->taken_over)
			memset(shown, 0, bytes_of(v));
		shown += shown ? bytes_of(v) : 0;
		take_over(v);
		e = view_open(v, io);
	}
	if (!s->taken_over)
		screen_all(s);
	page->shown = shown != NULL;
	page->begun = 1;
	return e;
}

static void add_all(struct view *v)
{
	dirty_add(v->dirty, (struct rect){ 0, 0, v->at.width, v->at.height }, v->at.width,
		  v->at.height);
}

void screen_all(struct screen *s)
{
	for (unsigned i = 0; i < s->views; i++)
		add_all(&s->view[i]);
}

static void ring_makes_no_sense(struct view *v)
{
	v->bad++;
	if (!(v->bad & (v->bad - 1))) /* the 1st, 2nd, 4th, ... */
		report_error("the guest's ring of screen changes makes no sense (%lu times so far)",
			     (unsigned long)v->bad);
	add_all(v);
}

/* Takes what the program has told. */
static void drain(struct screen *s, struct view *v)
{
	struct l4_ux_screen_ring *r = v->ring;
	uint32_t head = LOAD(&r->head), tail = LOAD(&r->tail);

	if (LOAD(&r->all)) {
		STORE(&r->all, 0);
		if (!sheet_any() || !screen_faulty(s, 0, 0))
			add_all(v);
	}
	if (head - tail > L4_UX_SCREEN_RECTS) {
		ring_makes_no_sense(v);
		tail = head;
	}
	for (; tail != head && !s->page->late_until; tail++) {
		struct l4_ux_screen_rect k;

		__builtin_memcpy(&k, &r->rect[tail % L4_UX_SCREEN_RECTS], sizeof(k));
		__atomic_signal_fence(__ATOMIC_SEQ_CST); /* looked at once */
		if (sheet_any() && screen_faulty(s, k.x, k.y))
			continue;
		dirty_add(v->dirty, (struct rect){ k.x, k.y, k.w, k.h }, v->at.width, v->at.height);
		s->rects++;
	}
	STORE(&r->tail, tail);
}

/* We wait for the bell; true: something came in between. */
static bool fall_asleep(struct view *v)
{
	struct l4_ux_screen_ring *r = v->ring;

	STORE(&r->sleeping, 1);
	return LOAD(&r->head) != LOAD(&r->tail) || LOAD(&r->all);
}

static bool told(const struct view *v)
{
	return LOAD(&v->ring->flags) & L4_UX_SCREEN_TELLS;
}

static bool is_dirty(const struct screen *s)
{
	for (unsigned i = 0; i < s->views; i++)
		if (s->view[i].dirty->count)
			return true;
	return false;
}

/*
 * Compares the views of which nobody tells, if guest code can have run since the last time. Returns
 * when to come again; while the guest is idle the kernel's bell says that.
 */
static uint64_t compare(struct screen *s, uint64_t now)
{
	bool all_told = true, idle;

	for (unsigned i = 0; i < s->views; i++)
		all_told &= !s->view[i].shown || told(&s->view[i]);
	if (all_told || LOAD(&s->page->watch))
		return UINT64_MAX;
	if (now < s->page->compare_at)
		return s->page->compare_at;
	STORE(&s->page->watch, 1);
	idle = LOAD(
		&s->page->idle); /* before we compare: what is drawn behind us is seen next time */
	for (unsigned i = 0; i < s->views; i++)
		if (s->view[i].shown && !told(&s->view[i]))
			view_compare(&s->view[i]);
	s->compared++;
	if (is_dirty(s))
		s->page->changed_at = now;
	s->page->compare_at = now +
			      (now - s->page->changed_at < BUSY_US ? SCREEN_PERIOD_US : CALM_US);
	if (idle)
		return UINT64_MAX;
	STORE(&s->page->watch, 0);
	return s->page->compare_at;
}

static void show(struct screen *s, struct console *c)
{
	for (unsigned i = 0; i < s->views; i++) {
		struct dirty *d = s->view[i].dirty;

		if (!d->count)
			continue;
		front_draw(c, i, d);
		for (unsigned k = 0; k < d->count; k++)
			s->pixels += (uint64_t)d->rect[k].w * d->rect[k].h;
		d->count = 0;
	}
	front_flush();
	s->frames++;
}

/* What has been shown before us; for who waits for changes that is none. */
static void show_again(struct screen *s, struct console *c)
{
	for (unsigned i = 0; i < s->views; i++) {
		struct view *v = &s->view[i];
		struct dirty all = { 1, { { 0, 0, v->at.width, v->at.height } } };

		front_draw(c, i, &all);
	}
	front_flush();
	s->taken_over = false;
}

uint64_t screen_step(struct screen *s, struct console *c, uint64_t now)
{
	uint64_t again;
	bool more = false;

	if (s->taken_over)
		show_again(s, c);
	if (screen_is_late(s))
		return UINT64_MAX;
	again = compare(s, now);
	for (unsigned i = 0; i < s->views; i++)
		drain(s, &s->view[i]);
	if (screen_is_late(s))
		return UINT64_MAX;
	if (is_dirty(s)) {
		s->page->changed_at = now;
		if (now < s->page->frame_at)
			return again < s->page->frame_at ? again : s->page->frame_at;
		show(s, c);
		/* At the pace of frames, but never two at once to catch up. */
		s->page->frame_at = now - s->page->frame_at < SCREEN_PERIOD_US
					    ? s->page->frame_at + SCREEN_PERIOD_US
					    : now + SCREEN_PERIOD_US;
	}
	for (unsigned i = 0; i < s->views; i++)
		more |= fall_asleep(&s->view[i]);
	return more ? s->page->frame_at : again;
}
