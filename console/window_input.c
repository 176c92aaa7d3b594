// SPDX-License-Identifier: MIT
/*
 * Keyboard, pointer, clipboard. Keys are passed on by their place on the keyboard. One combination
 * is for the window itself: Ctrl+Alt+V types the text of the clipboard into the guest.
 */
#include "console.h"
#include "keys.h"
#include "window.h"

#include <linux/input-event-codes.h>

static const unsigned short buttons[] = { [SDL_BUTTON_LEFT] = BTN_LEFT,
					  [SDL_BUTTON_MIDDLE] = BTN_MIDDLE,
					  [SDL_BUTTON_RIGHT] = BTN_RIGHT,
					  [SDL_BUTTON_X1] = BTN_SIDE,
					  [SDL_BUTTON_X2] = BTN_EXTRA };

static void paste(struct console *c)
{
	char *text = SDL_GetClipboardText();

	if (text)
		paste_begin(c, text);
	SDL_free(text);
}

static void key(struct console *c, const SDL_KeyboardEvent *k)
{
	unsigned code = key_by_usage(k->keysym.scancode);
	bool both = k->keysym.mod & KMOD_CTRL && k->keysym.mod & KMOD_ALT;

	if (k->repeat) /* the guest repeats by itself */
		return;
	if (k->type == SDL_KEYDOWN && k->keysym.scancode == SDL_SCANCODE_V && both)
		paste(c);
	else if (code)
		input_key(&c->input, code, k->type == SDL_KEYDOWN);
}

static uint32_t coordinate(Sint32 v)
{
	return v > 0 ? v : 0;
}

void window_event(struct console *c, const SDL_Event *e)
{
	struct input *in = &c->input;

	switch (e->type) {
	case SDL_KEYDOWN:
	case SDL_KEYUP:
		key(c, &e->key);
		break;
	case SDL_MOUSEMOTION:
		input_move(in, coordinate(e->motion.x), coordinate(e->motion.y), true);
		break;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		if (e->button.button < sizeof(buttons) / sizeof(buttons[0]))
			input_key(in, buttons[e->button.button], e->type == SDL_MOUSEBUTTONDOWN);
		break;
	case SDL_MOUSEWHEEL:
		input_wheel(in, e->wheel.y, e->wheel.x);
		break;
	case SDL_WINDOWEVENT:
		if (e->window.event == SDL_WINDOWEVENT_EXPOSED)
			window_exposed();
		else if (e->window.event == SDL_WINDOWEVENT_FOCUS_LOST)
			input_release_all(in);
		break;
	case SDL_QUIT: /* the only window was closed */
		console_close(c);
		window_closed_once();
		break;
	}
}

bool window_events(struct console *c)
{
	SDL_Event e;

	/* Closing must work when the guest takes no more keys. */
	while (SDL_PeepEvents(&e, 1, SDL_GETEVENT, SDL_QUIT, SDL_SYSWMEVENT) > 0)
		window_event(c, &e);
	while (input_room(&c->input) &&
	       SDL_PeepEvents(&e, 1, SDL_GETEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) > 0)
		window_event(c, &e);
	return !SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT);
}
