// SPDX-License-Identifier: MIT
/* Options of the screen. */
#define _GNU_SOURCE
#include "gui.h"

#include "../console/console_wire.h"
#include "../console/script.h"
#include "../ux-kernel/host/report.h"
#include "../ux-kernel/snapshot/checksum.h"
#include "../ux-kernel/snapshot/records.h"
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WIDTH 1280
#define HEIGHT 800
#define DEPTH 32
#define WIDTH_MIN 320
#define HEIGHT_MIN 200
#define SIDE_MAX 4096
#define SCRIPT_MAX (64UL << 20)

static int usage(const char *word)
{
	return usage_error("--gui: '%s' is none of WIDTHxHEIGHT, WIDTHxHEIGHT@DEPTH, headless and "
			   "strip=LINES, separated by commas",
			   word);
}

/* A number at *@at, which is left behind it. */
static bool parse_number(const char **at, uint32_t *value)
{
	char *end;
	unsigned long n = strtoul(*at, &end, 10);

	if (!isdigit((unsigned char)**at) || n > UINT32_MAX)
		return false;
	*value = n;
	*at = end;
	return true;
}

static int parse_size_word(struct gui *g, const char *word)
{
	struct screen_plan *p = &g->plan;
	const char *at = word;

	if (!parse_number(&at, &p->width) || *at++ != 'x' || !parse_number(&at, &p->height) ||
	    (*at == '@' && (at++, !parse_number(&at, &p->depth))) || *at)
		return usage(word);
	if (p->width < WIDTH_MIN || p->width > SIDE_MAX || p->height < HEIGHT_MIN ||
	    p->height > SIDE_MAX || p->width % 8)
		return usage_error("--gui=%s: the screen can be %dx%d to %dx%d, its width a "
				   "multiple of 8",
				   word, WIDTH_MIN, HEIGHT_MIN, SIDE_MAX, SIDE_MAX);
	if (p->depth != 16 && p->depth != 32)
		return usage_error("--gui=%s: pixels have 16 or 32 bits", word);
	return 0;
}

static void defaults(struct gui *g)
{
	if (g->on)
		return;
	g->on = true;
	g->plan.width = WIDTH;
	g->plan.height = HEIGHT;
	g->plan.depth = DEPTH;
}

int gui_parse(struct gui *g, char *option)
{
	char *word, *end;
	int e = 0;

	defaults(g);
	g->window = g->chosen = true;
	while (!e && (word = strsep(&option, ","))) {
		if (!strcmp(word, "headless")) {
			g->window = false;
			continue;
		}
		g->sized = true;
		if (!strncmp(word, "strip=", 6)) {
			g->plan.strip = strtoul(word + 6, &end, 10);
			if (!word[6] || *end || !g->plan.strip)
				e = usage(word);
		} else {
			e = parse_size_word(g, word);
		}
	}
	if (!e && g->plan.strip > g->plan.height - HEIGHT_MIN)
		e = usage_error("--gui: a strip of %u lines leaves less than %d of %u",
				g->plan.strip, HEIGHT_MIN, g->plan.height);
	return e;
}

int gui_screenshot(struct gui *g, char *option)
{
	char *at = strstr(option, ",at=");
	struct screen_plan *p = &g->plan;

	defaults(g);
	if (at)
		*at = 0;
	if (!*option || (at && !at[4]))
		return usage_error("--screenshot: write FILE or FILE,at=TEXT");
	if (!at) {
		p->shot = option;
		return 0;
	}
	if (p->markers == SCREEN_MARKERS)
		return usage_error("--screenshot: more than %d texts to wait for", SCREEN_MARKERS);
	p->marker[p->markers++] = (struct screen_marker){ .text = at + 4, .shot = option };
	return 0;
}

void gui_script(struct gui *g, const char *path)
{
	defaults(g);
	g->script = path;
}

/* The script, in memory for the rest of our life. NULL after a report. */
static const char *map_script(int fd, const char *path, size_t *len)
{
	struct stat st;
	const char *text = "";

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > (off_t)SCRIPT_MAX) {
		report_error("cannot use the input script %s: it is no file of at most %lu MiB",
			     path, SCRIPT_MAX >> 20);
		return NULL;
	}
	*len = st.st_size;
	if (*len)
		text = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED) {
		report_error("cannot read the input script %s: %s", path, report_errno(errno));
		return NULL;
	}
	return text;
}

/* What the kernel process must know of the steps: files to write, and what to complain about. */
static bool describe_steps(struct screen_plan *p, const struct script *s, const char *path)
{
	struct screen_step *step = calloc(s->items + 1, sizeof(*step));

	p->step = step;
	p->steps = step ? s->items : 0;
	for (unsigned i = 0; i < p->steps; i++) {
		const struct script_item *item = &s->item[i];
		char *where;

		if (item->op == SCRIPT_SHOT)
			step[i].shot = item->text;
		else if (item->op == SCRIPT_WAIT_TEXT)
			step[i].text = item->text;
		if (item->limit_us) {
			if (asprintf(&where, "%s:%u", path, item->line) < 0)
				return false;
			step[i].where = where;
		}
	}
	return step;
}

/* For the script of a snapshot to be the one it was. */
static uint64_t sum_of(const char *text, size_t len)
{
	struct checksum sum;

	checksum_start(&sum);
	checksum_add(&sum, text, len);
	return checksum_end(&sum);
}

static int open_script(struct gui *g, struct device_plan *d)
{
	struct script s;
	char why[256];
	const char *text;
	size_t len;
	int fd = open(g->script, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		report_error("cannot open the input script %s: %s", g->script, report_errno(errno));
		return EXIT_CANNOT_START;
	}
	text = map_script(fd, g->script, &len);
	if (!text)
		return EXIT_CANNOT_START;
	if (script_parse(&s, text, len, why, sizeof(why)) < 0) {
		report_error("%s:%s", g->script, why);
		return EXIT_USAGE;
	}
	if (!describe_steps(&g->plan, &s, g->script))
		return EXIT_CANNOT_START;
	if (g->plan.script_sum && g->plan.script_sum != sum_of(text, len)) {
		report_error("cannot restore the snapshot: its input script %s has changed since",
			     g->script);
		return EXIT_CANNOT_START;
	}
	g->plan.script_sum = sum_of(text, len);
	d->fd[d->fds++] = fd;
	d->flags |= CONSOLE_HAS_SCRIPT;
	return 0;
}

const char *gui_display(void)
{
	static const char *const servers[] = { "DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER" };

	for (unsigned i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		const char *value = getenv(servers[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

static int check_window(void)
{
	char *p = data_find("console-window");

	if (!p) {
		report_error("--gui: this l4ux was built without SDL2 and cannot open a window; "
			     "--gui=headless, --screenshot and --input-script do without");
		return EXIT_UNAVAILABLE;
	}
	free(p);
	if (gui_display())
		return 0;
	report_error("--gui: there is no display to open a window on (DISPLAY and WAYLAND_DISPLAY "
		     "are not set); --gui=headless, --screenshot and --input-script do without");
	return EXIT_UNAVAILABLE;
}

/* As gui_restore() reads it; behind the first line is the script's name. NULL: out of memory. */
static char *describe(const struct gui *g)
{
	const struct screen_plan *p = &g->plan;
	char strip[24] = "", *text;

	if (p->strip)
		snprintf(strip, sizeof(strip), ",strip=%u", p->strip);
	return asprintf(&text, "%ux%u@%u%s%s\n%s", p->width, p->height, p->depth, strip,
			g->window ? "" : ",headless", g->script ? g->script : "") < 0
		       ? NULL
		       : text;
}

int gui_finish(struct options *o)
{
	struct gui *g = &o->gui;
	struct device_plan *d;
	int e = 0;

	if (!g->on)
		return 0;
	if (o->devices == DEVICES_MAX)
		return usage_error("the screen is one device more than the %d there can be",
				   DEVICES_MAX);
	if (g->window)
		e = check_window();
	if (e)
		return e;
	d = &o->device[o->devices];
	*d = (struct device_plan){
		.loss = "nothing is lost",
		.program = data_path(g->window ? "console-window" : "console-headless"),
		.name = "console",
		.kind = "gui",
		.label = "console",
		.apart = true,
		.flags = report_is_verbose() ? CONSOLE_VERBOSE : 0,
		.keep = screen_keep(&g->plan),
		.kept = g->kept,
		.option = describe(g),
		.can_save = true,
		.can_return = !g->window, /* its user would not go back */
	};
	if (!d->program || !d->option)
		return EXIT_CANNOT_START;
	if (g->script)
		e = open_script(g, d);
	if (e)
		return e;
	o->devices++;
	g->plan.device = d;
	return 0;
}

/* What the console remembers, in memory. Descriptor or negative errno. */
static int restore_memory(struct gui *g, struct snapshot *s, const struct snapshot_device *saved)
{
	int fd, e;

	if (saved->keep != screen_keep(&g->plan))
		return -EINVAL;
	fd = device_keep_file(saved->keep);
	if (fd < 0)
		return fd;
	e = records_fill(s, saved, fd);
	if (e)
		close(fd);
	return e ? e : fd;
}

/* The script goes on where it was, or a new one begins. */
static int restore_script(struct gui *g, const char *script)
{
	struct console_page *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, g->kept,
				      0);

	if (p == MAP_FAILED)
		return -errno;
	if (g->script) {
		p->step = p->part = p->late = 0;
		p->wait_from = p->next_at = 0;
		p->pace_us = CONSOLE_PACE_US;
		p->text_seen = p->text_head;
		p->paste_size = 0;
		p->wake_at = 0; /* at once */
	} else {
		g->script = *script ? script : NULL;
		g->plan.script_sum = p->script_sum;
	}
	munmap(p, sizeof(*p));
	return 0;
}

int gui_restore(struct gui *g, struct snapshot *s, const struct snapshot_device *saved,
		const char *option)
{
	bool chosen = g->chosen, window = g->window;
	const char *script = strchr(option, '\n');
	char *words;
	int e;

	if (!script)
		return -EINVAL;
	if (g->sized)
		return usage_error("restore: the screen has the size it had; write --gui or "
				   "--gui=headless");
	words = strndup(option, script - option);
	if (!words)
		return -ENOMEM;
	e = gui_parse(g, words);
	free(words);
	if (e)
		return EXIT_CANNOT_START;
	if (!g->sized)
		return -EINVAL;
	if (chosen)
		g->window = window;
	e = restore_memory(g, s, saved);
	if (e < 0)
		return e;
	g->kept = e;
	e = restore_script(g, script + 1);
	if (e) {
		close(g->kept);
		g->kept = 0;
	}
	return e;
}
