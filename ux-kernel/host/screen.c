// SPDX-License-Identifier: MIT
/* Layout, description and requests of the screen. */
#define _GNU_SOURCE
#include "screen.h"

#include "../../console/console_wire.h"
#include "../core/arch.h"
#include "../fault/plan.h"
#include "memory.h"
#include "report.h"
#include "screenshot.h"
#include "stop.h"

#include <errno.h>
#include <l4/abi/virtio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGN (2ULL << 20)
#define RINGS_OFFSET (1ULL << 20) /* in the 2 MiB of the devices' pages */
#define END_STATUS (128 + SIGHUP)

static struct screen_plan *plan;
static struct console_page *page;
static struct l4_ux_screen screen;
static unsigned number; /* of the console's device */
static bool guest_idle; /* what the page says is for the console, which may write there, too */

static uint32_t pitch(const struct screen_plan *p)
{
	return p->width * p->depth / 8;
}

static uint64_t view_bytes(const struct screen_plan *p, uint32_t height)
{
	return ((uint64_t)pitch(p) * height + ALIGN - 1) & ~(ALIGN - 1);
}

uint64_t screen_memory(const struct screen_plan *p)
{
	if (!p)
		return 0;
	return view_bytes(p, p->height - p->strip) + (p->strip ? view_bytes(p, p->strip) : 0);
}

uint64_t screen_keep(const struct screen_plan *p)
{
	return CONSOLE_SHOWN + (uint64_t)pitch(p) * p->height;
}

static void add_view(uint64_t offset, uint32_t height)
{
	unsigned n = screen.views++;
	uint64_t ring = RINGS_OFFSET + n * 4096UL;

	screen.view[n] = (struct l4_ux_screen_view){
		.pixels = memory_io_start() + offset,
		.size = view_bytes(plan, height),
		.ring = memory_io_start() + ring,
		.width = plan->width,
		.height = height,
		.pitch = pitch(plan),
		.depth = plan->depth,
	};
}

void screen_console_begins(void)
{
	if (!page)
		return;
	page->version = CONSOLE_WIRE_VERSION;
	page->views = screen.views;
	for (unsigned i = 0; i < screen.views; i++) {
		const struct l4_ux_screen_view *v = &screen.view[i];

		page->view[i] = (struct console_view){
			.pixels = v->pixels - memory_io_start(),
			.ring = v->ring - memory_io_start(),
			.width = v->width,
			.height = v->height,
			.pitch = v->pitch,
			.depth = v->depth,
		};
	}
}

/* A system that is restored begins with what it had. Descriptor or negative errno. */
static int make_memory(const struct device_plan *d)
{
	int fd = device_keep_file(d->keep), e = fd < 0 ? fd : 0;

	if (!e && d->kept)
		e = device_keep_copy(d->kept, fd);
	return e ? e : fd;
}

/* Texts may begin in one piece of output and end in another. true: now it is complete. */
static bool match(struct screen_marker *m, const char *text, size_t len)
{
	for (size_t i = 0; i < len && m->text[m->matched]; i++) {
		while (m->matched && m->text[m->matched] != text[i]) {
			/* the longest beginning of the text that still fits */
			size_t k = m->matched - 1;

			while (k && memcmp(m->text, m->text + m->matched - k, k) != 0)
				k--;
			m->matched = k;
		}
		if (m->text[m->matched] == text[i])
			m->matched++;
	}
	return !m->text[m->matched];
}

/* What a system that is restored has printed before may be the beginning of a text. */
static void match_the_past(struct screen_marker *m)
{
	size_t n = strlen(m->text) - 1; /* what is complete was seen by the other system */

	for (n = n < CONSOLE_TEXT ? n : CONSOLE_TEXT; n; n--)
		match(m, (const char *)&page->text[(page->text_head - n) % CONSOLE_TEXT], 1);
}

int screen_layout(struct screen_plan *p)
{
	int fd, e;

	if (!p)
		return 0;
	fd = make_memory(p->device);
	page = fd < 0 ? MAP_FAILED
		      : mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		e = fd < 0 ? fd : -errno;
		report_error("cannot create the console's memory: %s", report_errno(-e));
		page = NULL;
		return e;
	}
	plan = p;
	page->clock_us += page->saved_us;
	page->saved_us = 0;
	page->script_sum = p->script_sum;
	guest_idle = page->idle;
	for (unsigned i = 0; i < p->markers; i++)
		match_the_past(&p->marker[i]);
	screen.magic = L4_UX_SCREEN_MAGIC;
	screen.version = L4_UX_SCREEN_VERSION;
	add_view(ALIGN, p->height - p->strip);
	if (p->strip)
		add_view(ALIGN + screen.view[0].size, p->strip);
	p->device->memory = fd;
	return 0;
}

void screen_save(void)
{
	if (!page)
		return;
	page->saved_us = fault_time();
	page->idle = guest_idle;
}

static struct screen_marker marks[SCREEN_MARKERS];
static bool mark_idle;

void screen_mark(void)
{
	if (!plan)
		return;
	memcpy(marks, plan->marker, sizeof(marks));
	mark_idle = guest_idle;
}

void screen_return(void)
{
	if (!plan)
		return;
	memcpy(plan->marker, marks, sizeof(marks));
	guest_idle = mark_idle;
}

void screen_describe(unsigned device)
{
	if (!plan)
		return;
	number = device;
	memcpy((char *)memory_io_page(device) + L4_UX_SCREEN_OFFSET, &screen, sizeof(screen));
}

const struct l4_ux_screen_view *screen_first_view(void)
{
	return plan ? &screen.view[0] : NULL;
}

void screen_guest_idle(bool idle)
{
	if (!page)
		return;
	guest_idle = idle;
	__atomic_store_n(&page->idle, idle, __ATOMIC_SEQ_CST);
	if (!idle && __atomic_exchange_n(&page->watch, 0, __ATOMIC_SEQ_CST))
		arch_doorbell(number);
}

bool screen_guest_wakes(void)
{
	if (!guest_idle)
		return false;
	screen_guest_idle(false);
	return true;
}

int screen_shot(const char *path)
{
	const char *pixels[L4_UX_SCREEN_VIEWS];
	int e;

	if (!plan)
		return -ENODEV;
	for (unsigned i = 0; i < screen.views; i++)
		pixels[i] = (char *)memory_io_page(0) + (screen.view[i].pixels - memory_io_start());
	e = screenshot_write(path, screen.view, pixels, screen.views);
	if (e)
		report_error("cannot write the screenshot %s: %s", path, report_errno(-e));
	else
		report_info("screenshot: %s", path);
	return e;
}

static void shoot(struct screen_marker *m)
{
	screen_shot(m->shot);
	m->text = ""; /* once */
	m->shot = NULL;
}

void screen_output(const char *text, size_t len)
{
	uint32_t head;

	if (!page)
		return;
	head = page->text_head;
	for (size_t i = 0; i < len; i++)
		page->text[head++ % CONSOLE_TEXT] = text[i];
	__atomic_store_n(&page->text_head, head, __ATOMIC_SEQ_CST);
	if (__atomic_exchange_n(&page->text_wanted, 0, __ATOMIC_SEQ_CST))
		arch_doorbell(number);
	for (unsigned i = 0; i < plan->markers; i++)
		if (plan->marker[i].shot && match(&plan->marker[i], text, len))
			shoot(&plan->marker[i]);
}

static void script_late(const struct screen_step *s)
{
	report_error("%s: waited in vain for %s%s%s", s->where,
		     s->text ? "the text \"" : "the screen to be still", s->text ? s->text : "",
		     s->text ? "\"" : "");
	arch_shutdown(STOP_TIMEOUT);
}

void screen_request(void)
{
	const struct screen_step *s;
	uint32_t what, step;

	if (!page)
		return;
	what = __atomic_load_n(&page->request, __ATOMIC_SEQ_CST);
	step = __atomic_load_n(&page->step, __ATOMIC_RELAXED); /* looked at once */
	s = step < plan->steps ? &plan->step[step] : NULL;
	if (what & CONSOLE_SHOT && s && s->shot && screen_shot(s->shot) < 0)
		arch_shutdown(STOP_OUTPUT_LOST);
	__atomic_and_fetch(&page->request, ~what, __ATOMIC_SEQ_CST);
	if (what & CONSOLE_SHOT)
		arch_doorbell(number);
	if (what & CONSOLE_SCRIPT_LATE && s && s->where)
		script_late(s);
	if (what & CONSOLE_END) {
		report_info("the window was closed: the system ends");
		arch_shutdown(END_STATUS);
	}
}

int screen_exit(int status)
{
	if (plan && plan->shot && screen_shot(plan->shot) < 0 && !status)
		return STOP_OUTPUT_LOST;
	return status;
}
