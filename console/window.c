// SPDX-License-Identifier: MIT
/*
 * The front end with a window. SDL waits for the display server, a thread of ours for the kernel
 * process; it wakes SDL up with an event and does nothing more before that was looked at. So
 * nothing polls.
 */
#include "window.h"

#include "../devices/device_wire.h"
#include "../ux-kernel/host/report.h"
#include "console.h"
#include "front.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define FULL_MS 20 /* between two looks while the guest takes nothing */
#define RECTS_MAX (DIRTY_MAX * CONSOLE_VIEWS)

const bool front_shows = true;

static SDL_Window *window;
static SDL_Surface *view_surface[CONSOLE_VIEWS];
static int view_y[CONSOLE_VIEWS];
static SDL_Rect changed[RECTS_MAX];
static int changes;
static Uint32 wake_event;
static SDL_sem *looked; /* the thread may wait again */
static bool exposed, waking;
static bool full; /* the guest takes no more events at the moment */

static int watch(void *arg)
{
	struct pollfd p[] = { { DEVICE_FD_CONTROL, POLLIN, 0 }, { DEVICE_FD_BELL, POLLIN, 0 } };
	SDL_Event e = { .type = wake_event };

	(void)arg;
	for (;;) {
		SDL_SemWait(looked);
		while (poll(p, 2, -1) < 0)
			;
		SDL_PushEvent(&e);
	}
	return 0;
}

static int fail(const char *what)
{
	report_error("--gui: cannot %s: %s; --gui=headless, --screenshot and --input-script do "
		     "without a window",
		     what, SDL_GetError());
	return DEVICE_EXIT_UNUSABLE;
}

static SDL_Surface *surface_of(const struct view *v)
{
	bool deep = v->at.depth == 32;

	return SDL_CreateRGBSurfaceFrom((void *)v->pixels, v->at.width, v->at.height, v->at.depth,
					v->at.pitch, deep ? 0xff0000 : 0xf800,
					deep ? 0xff00 : 0x7e0, deep ? 0xff : 0x1f, 0);
}

static const char *display(void)
{
	const char *name = getenv("DISPLAY");

	return name && *name ? name : "named by WAYLAND_DISPLAY";
}

int front_open(struct console *c)
{
	int y = 0;

	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
	/*
	 * Pixels go to the display server as they are, through shared memory: 0.5 ms of a CPU for a
	 * frame of 1280x800. As textures they take 7 where the graphics processor is a program.
	 */
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	if (SDL_Init(SDL_INIT_VIDEO) < 0)
		return fail("open a window");
	/* Unless told so, SDL must not take a driver that shows nothing. */
	if (!getenv("SDL_VIDEODRIVER") && strcmp(SDL_GetCurrentVideoDriver(), "x11") != 0 &&
	    strcmp(SDL_GetCurrentVideoDriver(), "wayland") != 0) {
		SDL_SetError("the display %s does not answer", display());
		return fail("open a window");
	}
	window = SDL_CreateWindow("l4ux", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
				  c->screen.width, c->screen.height, SDL_WINDOW_SHOWN);
	if (!window || !SDL_GetWindowSurface(window))
		return fail("open a window");
	SDL_StopTextInput();
	for (unsigned i = 0; i < c->screen.views; i++) {
		view_surface[i] = surface_of(&c->screen.view[i]);
		view_y[i] = y;
		y += c->screen.view[i].at.height;
		if (!view_surface[i])
			return fail("use the frame buffer");
	}
	wake_event = SDL_RegisterEvents(1);
	looked = SDL_CreateSemaphore(1);
	if (!looked || !SDL_CreateThread(watch, "watch", NULL))
		return fail("start a thread");
	return 0;
}

void front_wait(int timeout_ms)
{
	/* Events that have to wait would end each wait at once. */
	if (timeout_ms && full)
		SDL_Delay(FULL_MS);
	else if (timeout_ms) /* NULL: what came stays in the queue, for front_events() */
		SDL_WaitEventTimeout(NULL, timeout_ms);
}

void front_events(struct console *c)
{
	SDL_Event e;

	SDL_PumpEvents();
	while (SDL_PeepEvents(&e, 1, SDL_GETEVENT, wake_event, wake_event) > 0)
		waking = true;
	full = !window_events(c);
	if (exposed) {
		exposed = false;
		screen_all(&c->screen);
	}
	if (waking) {
		waking = false;
		SDL_SemPost(looked);
	}
}

void window_exposed(void)
{
	exposed = true;
}

void window_closed_once(void)
{
	SDL_SetWindowTitle(window, "l4ux (closing; close again to end it at once)");
}

void front_draw(struct console *c, unsigned view, const struct dirty *d)
{
	SDL_Surface *to = SDL_GetWindowSurface(window);

	(void)c;
	for (unsigned i = 0; to && i < d->count; i++) {
		const struct rect *r = &d->rect[i];
		SDL_Rect from = { r->x, r->y, r->w, r->h };

		changed[changes] = (SDL_Rect){ r->x, r->y + view_y[view], r->w, r->h };
		SDL_BlitSurface(view_surface[view], &from, to, &changed[changes]);
		changes++;
	}
}

void front_flush(void)
{
	if (changes)
		SDL_UpdateWindowSurfaceRects(window, changed, changes);
	changes = 0;
}

void front_close(void)
{
	SDL_DestroyWindow(window);
	SDL_QuitSubSystem(SDL_INIT_VIDEO);
}
