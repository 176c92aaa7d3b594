// SPDX-License-Identifier: MIT
/*
 * Executing input scripts. Where the script is stands in the shared page, so that a console that
 * takes over from one that died goes on in the middle.
 */
#include "console.h"
#include "keys.h"

#include <linux/input-event-codes.h>
#include <string.h>

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_SEQ_CST)

#define NEVER UINT64_MAX
#define CHARACTERS_MAX 256U /* at once, when there is no pace */

enum outcome { DONE, LATER, NO_ROOM };

static void release_except(struct console *c, unsigned keep)
{
	static const unsigned modifiers[] = { KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTCTRL,
					      KEY_RIGHTCTRL, KEY_LEFTALT,    KEY_RIGHTALT,
					      KEY_LEFTMETA,  KEY_RIGHTMETA };

	for (unsigned i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++)
		if (modifiers[i] != keep)
			input_key(&c->input, modifiers[i], false);
}

bool console_type(struct console *c, char ch)
{
	bool shift;
	unsigned code = key_by_char(ch, &shift);

	if (!input_room(&c->input))
		return false;
	if (!code)
		return true;
	release_except(c, shift ? KEY_LEFTSHIFT : 0);
	input_key(&c->input, KEY_LEFTSHIFT, shift);
	input_key(&c->input, code, false);
	input_key(&c->input, code, true);
	input_key(&c->input, code, false);
	return true;
}

/* One character, or many when there is no pace. */
static enum outcome type(struct console *c, const struct script_item *s, uint64_t now)
{
	struct console_page *p = c->screen.page;

	for (unsigned n = 0; n < CHARACTERS_MAX; n++) {
		if (p->part >= s->len) {
			input_key(&c->input, KEY_LEFTSHIFT, false);
			return DONE;
		}
		if (!console_type(c, s->text[p->part]))
			return NO_ROOM;
		p->part++;
		c->screen.page->next_at = now + c->screen.page->pace_us;
		if (c->screen.page->pace_us)
			return LATER;
	}
	c->screen.page->next_at = now;
	return LATER;
}

static enum outcome press(struct console *c, const struct script_item *s, uint64_t now)
{
	if (!input_room(&c->input))
		return NO_ROOM;
	for (unsigned i = 0; i < s->keys; i++)
		input_key(&c->input, s->key[i], true);
	for (unsigned i = s->keys; i--;)
		input_key(&c->input, s->key[i], false);
	c->screen.page->next_at = now + c->screen.page->pace_us;
	return DONE;
}

static enum outcome wait_time(struct console *c, const struct script_item *s, uint64_t now)
{
	c->screen.page->next_at = c->screen.page->wait_from + s->us;
	return now >= c->screen.page->next_at ? DONE : LATER;
}

/* Searches what the guest has printed since the last text that was found. */
static enum outcome wait_text(struct console *c, const struct script_item *s)
{
	struct console_page *p = c->screen.page;
	uint32_t head, at;

	STORE(&p->text_wanted, 1);
	head = LOAD(&p->text_head);
	if (head - p->text_seen > CONSOLE_TEXT)
		p->text_seen = head - CONSOLE_TEXT;
	for (at = p->text_seen; head - at >= s->len && (int32_t)(head - at) > 0; at++) {
		size_t n = 0;

		while (n < s->len && p->text[(at + n) % CONSOLE_TEXT] == (uint8_t)s->text[n])
			n++;
		if (n == s->len) {
			p->text_seen = at + n;
			STORE(&p->text_wanted, 0);
			return DONE;
		}
	}
	p->text_seen = at;
	return LATER;
}

static enum outcome wait_still(struct console *c, const struct script_item *s, uint64_t now)
{
	uint64_t since = c->screen.page->changed_at > c->screen.page->wait_from
				 ? c->screen.page->changed_at
				 : c->screen.page->wait_from;

	c->screen.page->next_at = since + s->us;
	return now >= c->screen.page->next_at ? DONE : LATER;
}

/* The kernel process takes it, and clears our request when it has. */
static enum outcome shot(struct console *c)
{
	struct console_page *p = c->screen.page;

	if (!p->part) {
		console_request(c, CONSOLE_SHOT);
		p->part = 1; /* who takes over in between asks again */
	}
	return LOAD(&p->request) & CONSOLE_SHOT ? LATER : DONE;
}

static enum outcome execute(struct console *c, const struct script_item *s, uint64_t now)
{
	switch (s->op) {
	case SCRIPT_TYPE:
		return type(c, s, now);
	case SCRIPT_PRESS:
		return press(c, s, now);
	case SCRIPT_MOVE:
		if (!input_room(&c->input))
			return NO_ROOM;
		input_move(&c->input, s->x, s->y, false);
		return DONE;
	case SCRIPT_WHEEL:
		if (!input_room(&c->input))
			return NO_ROOM;
		input_wheel(&c->input, s->x, 0);
		return DONE;
	case SCRIPT_WAIT:
		return wait_time(c, s, now);
	case SCRIPT_WAIT_TEXT:
		return wait_text(c, s);
	case SCRIPT_WAIT_STILL:
		return wait_still(c, s, now);
	case SCRIPT_SHOT:
		return shot(c);
	case SCRIPT_PACE:
		c->screen.page->pace_us = s->us;
		return DONE;
	case SCRIPT_CLOSE:
		console_close(c);
		return DONE;
	}
	return DONE;
}

static void next(struct console *c)
{
	c->screen.page->part = 0;
	c->screen.page->wait_from = 0;
	c->screen.page->step++;
}

/* When a step that goes on later wants to be called again. */
static uint64_t when(struct console *c, const struct script_item *s, uint64_t now)
{
	uint64_t limit = s->limit_us ? c->screen.page->wait_from + s->limit_us : NEVER;

	if (now >= limit) {
		console_request(c, CONSOLE_SCRIPT_LATE);
		c->screen.page->late = 1;
		return NEVER;
	}
	if (s->op == SCRIPT_WAIT_TEXT || s->op == SCRIPT_SHOT)
		return limit;
	return c->screen.page->next_at < limit ? c->screen.page->next_at : limit;
}

uint64_t script_step(struct console *c, uint64_t now)
{
	struct console_page *p = c->screen.page;

	while (p->step < c->script.items && !c->screen.page->late) {
		const struct script_item *s = &c->script.item[p->step];

		if (!c->screen.page->wait_from) {
			if (now < c->screen.page->next_at)
				return c->screen.page->next_at;
			c->screen.page->wait_from = now;
			if (!p->step) /* what another script was pressing, before a restore */
				input_release_all(&c->input);
		}
		if (s->op == SCRIPT_TYPE && now < c->screen.page->next_at)
			return c->screen.page->next_at;
		switch (execute(c, s, now)) {
		case DONE:
			next(c);
			break;
		case LATER:
			return when(c, s, now);
		case NO_ROOM:
			return NEVER; /* the driver's bell calls us */
		}
	}
	return NEVER;
}
