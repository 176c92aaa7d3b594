// SPDX-License-Identifier: MIT
/* The console's start, loop and end. */
#define _GNU_SOURCE
#include "console.h"

#include "../devices/irq_wire.h"
#include "../devices/link.h"
#include "../ux-kernel/host/report.h"
#include "clock.h"
#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input-event-codes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOUR_US 3600000000ULL
#define BEGIN_US 1U

static struct console console;

/* Never 0, which means "not yet" in many places. */
static uint64_t microseconds(void)
{
	return BEGIN_US + clock_now(console.input.page);
}

void console_request(struct console *c, uint32_t what)
{
	const struct irq_record r = { IRQ_LINE_CONSOLE_REQUEST, 1 };

	__atomic_or_fetch(&c->screen.page->request, what, __ATOMIC_SEQ_CST);
	while (write(DEVICE_FD_IRQ, &r, sizeof(r)) < 0 && errno == EINTR)
		;
}

void console_close(struct console *c)
{
	bool again = c->screen.page->asked;

	c->screen.page->asked = 1;
	if (again || !input_taken(&c->input) || !input_room(&c->input)) {
		console_request(c, CONSOLE_END);
		return;
	}
	input_key(&c->input, KEY_POWER, true);
	input_key(&c->input, KEY_POWER, false);
	report_info("the window was closed: the guest is asked to power off; closing it again ends "
		    "it at once");
}

static int map_page(struct console *c)
{
	bool script = c->input.transport.hello.flags & CONSOLE_HAS_SCRIPT;
	struct stat st;
	int fd = DEVICE_FD_OWN + script; /* what outlives us comes last */
	void *p;

	if (fstat(fd, &st) < 0)
		return -errno;
	p = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	c->input.page = p;
	if (st.st_size < (off_t)CONSOLE_SHOWN || c->input.page->version != CONSOLE_WIRE_VERSION)
		return -EPROTO;
	if (!c->input.page->begun)
		c->input.page->pace_us = CONSOLE_PACE_US;
	c->input.width = c->input.page->view[0].width;
	c->input.height = c->input.page->view[0].height;
	return 0;
}

/* The command line has read it before us and has found no mistake. */
static int read_script(struct console *c)
{
	char why[256];
	struct stat st;
	void *text;

	if (fstat(CONSOLE_FD_SCRIPT, &st) < 0)
		return -errno;
	if (!st.st_size)
		return 0;
	text = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, CONSOLE_FD_SCRIPT, 0);
	if (text == MAP_FAILED)
		return -errno;
	return script_parse(&c->script, text, st.st_size, why, sizeof(why));
}

static bool waits_for_still(const struct script *s)
{
	for (unsigned i = 0; i < s->items; i++)
		if (s->item[i].op == SCRIPT_WAIT_STILL)
			return true;
	return false;
}

static int start(struct console *c)
{
	int io = fcntl(DEVICE_FD_IO, F_DUPFD_CLOEXEC, 0); /* transport_init() closes its own */
	int e;

	input_describe(&c->input);
	e = transport_init(&c->input.transport, &c->input.device);
	if (!e) {
		report_set_raw(c->input.transport.hello.raw);
		if (c->input.transport.hello.flags & CONSOLE_VERBOSE)
			report_set_verbose();
		e = map_page(c);
	}
	if (!e && c->input.transport.hello.flags & CONSOLE_HAS_SCRIPT)
		e = read_script(c);
	if (!e)
		e = screen_open(&c->screen, c->input.page, io,
				front_shows || waits_for_still(&c->script)
					? (char *)c->input.page + CONSOLE_SHOWN
					: NULL);
	close(io);
	return e;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int milliseconds(uint64_t at, uint64_t now)
{
	if (at == UINT64_MAX)
		return -1;
	if (at <= now)
		return 0;
	return (earlier(at, now + HOUR_US) - now + 999) / 1000;
}

/* How long to wait; in simulated time for the bell, which the kernel rings at @at. */
static int until(uint64_t at)
{
	if (!sheet_simulated())
		return sheet_timeout(milliseconds(at, microseconds()));
	if (at != UINT64_MAX)
		clock_wake(console.input.page, at > BEGIN_US ? at - BEGIN_US : 0);
	return sheet_timeout(-1);
}

/* Does all there is to do now; how long to wait then. */
static int look(struct console *c)
{
	uint64_t now = microseconds(), at;
	bool more;
	int ms;

	front_events(c);
	input_fault_work(&c->input);
	at = earlier(script_step(c, now), paste_step(c, now));
	more = transport_step(&c->input.transport);
	at = earlier(at, screen_step(&c->screen, c, now));
	ms = more ? 0 : until(at);
	clock_hand_over(c->input.page);
	return ms;
}

/*
 * In simulated time we look when the bell has rung, and not because the kernel has a packet for us,
 * or has started us where another console had nothing to do: so a system that goes back, or was
 * restored, does the same as one that goes on.
 */
static void run(struct console *c)
{
	struct transport *t = &c->input.transport;
	bool due = !t->hello.settled, always = front_shows || !sheet_simulated();
	int ms;

	if (!transport_begin(t))
		return;
	input_start(&c->input);
	if (c->input.page->request) /* another one may have died before it sent the record */
		console_request(c, 0);
	if (!due)
		clock_take_over(c->input.page);
	do {
		ms = due || always ? look(c) : -1;
		if (ms && !link_settled())
			break;
		front_wait(ms);
		if (!link_wait(&t->dma, false))
			break;
		due = link_rung() || !ms;
	} while (true);
}

static void statistics(const struct console *c)
{
	const struct input *in = &c->input;
	const struct screen *s = &c->screen;

	report_info("screen: %lu frames, %lu rectangles told, %lu times compared, %lu MPixel shown",
		    s->frames, s->rects, s->compared, (unsigned long)(s->pixels / 1000000));
	report_info("input: %lu events, %lu positions replaced by later ones, waited %lu times for "
		    "room, %u left",
		    in->events, in->coalesced, in->waits,
		    in->page->event_head - in->page->event_tail);
}

int main(void)
{
	struct console *c = &console;
	int e;

	signal(SIGPIPE, SIG_IGN);
	e = start(c);
	if (e) {
		report_error("the console cannot start: %s", report_errno(-e));
		return 1;
	}
	e = front_open(c);
	if (e)
		return e;
	e = front_confine();
	if (e) {
		report_error("the console cannot confine itself: %s", report_errno(-e));
		return 1;
	}
	run(c);
	statistics(c);
	front_close();
	return 0;
}
