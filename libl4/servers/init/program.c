/* SPDX-License-Identifier: MIT */
/* Table of programs: numbers, capability slots, the end of a program and of the system. */
#include "program.h"

#include "layout.h"
#include "launch.h"
#include "load.h"
#include "report.h"

#include <l4/sys/err.h>
#include <l4/sys/task.h>
#include <stdio.h>

#define MAX_PROGRAMS 32

/* Program i has the capability slots FIRST_SLOT + i * SLOTS.. in our table. */
#define FIRST_SLOT 0x100UL
#define SLOTS 4UL

static struct program programs[MAX_PROGRAMS];
static unsigned started, running;
static unsigned first_status;

static const char *image_prepare(struct program *p, const struct program_start *s,
				 struct elf_image *image)
{
	const char *error = elf_check((const void *)s->module->start, s->module->size, image);
	uint64_t ram_end = s->ram_start + s->ram_size;

	if (error)
		return error;
	if (s->ram_size) {
		if (s->ram_start % L4_PAGESIZE || s->ram_size % L4_PAGESIZE ||
		    ram_end < s->ram_start || layout_check(s->ram_start, ram_end))
			return "--ram is not page aligned or not at free user addresses";
		if (region_add(&p->regions, s->ram_start, ram_end, L4_FPAGE_RWX) < 0)
			return "not enough memory for --ram; give the system more with -m";
	}
	error = load_image(image, &p->regions);
	if (!error && region_add(&p->regions, LAYOUT_STACK, LAYOUT_STACK_END, L4_FPAGE_RW) < 0)
		error = "not enough memory for its stack; give the system more with -m";
	return error;
}

int program_start(const struct program_start *s)
{
	struct program *p = &programs[started];
	struct elf_image image;
	const char *error;
	uint64_t sp;
	long e;

	if (started == MAX_PROGRAMS) {
		report("cannot start %s: more than %d programs", s->name, MAX_PROGRAMS);
		return -L4_ENOMEM;
	}
	snprintf(p->name, sizeof(p->name), "%s", s->name);
	p->task = (FIRST_SLOT + started * SLOTS) << L4_CAP_SHIFT;
	p->thread = p->task + L4_CAP_OFFSET;
	p->gate = p->thread + L4_CAP_OFFSET;
	error = image_prepare(p, s, &image);
	if (error) {
		report("cannot start %s: %s", s->name, error);
		return -L4_EINVAL;
	}
	sp = launch_stack(p, &image, s->argc, s->argv);
	if (!sp) {
		report("cannot start %s: its arguments are too long", s->name);
		return -L4_E2BIG;
	}
	e = launch(p, (started + 1) << PROGRAM_LABEL_SHIFT, image.entry, sp, s->prio);
	if (e < 0) {
		report("cannot start %s: the kernel refused, error %ld", s->name, e);
		return e;
	}
	p->alive = true;
	p->beside = s->beside;
	started++;
	running += !s->beside;
	return 0;
}

struct program *program_of_label(l4_umword_t label)
{
	size_t i = (label >> PROGRAM_LABEL_SHIFT) - 1; /* label 0 is nobody's */

	return i < started && programs[i].alive ? &programs[i] : NULL;
}

void program_end(struct program *p, unsigned status)
{
	if (p == &programs[0])
		first_status = status;
	p->alive = false;
	if (!p->beside && --running == 0)
		system_exit(first_status);
	/* Thread first: it must not run on while its address space is taken apart. */
	l4_task_delete_obj(L4_BASE_TASK_CAP, p->thread);
	l4_task_delete_obj(L4_BASE_TASK_CAP, p->gate);
	l4_task_delete_obj(L4_BASE_TASK_CAP, p->task);
	region_free_all(&p->regions);
	region_free_all(&p->blocks);
}
