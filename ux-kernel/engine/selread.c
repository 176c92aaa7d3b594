// SPDX-License-Identifier: MIT
/* Reads of cs and ss by hand. */
#define _GNU_SOURCE
#include "selread.h"

#include "../core/regs.h"
#include "../core/thread.h"
#include "debugreg.h"
#include "decode.h"
#include "proc.h"
#include "selfind.h"
#include "trap.h"

#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FLAGS_RF 0x10000UL

/* Each takes a file descriptor of the kernel process: no program can use them up. */
#define EVENTS_MAX 64U

static unsigned in_use;

static void watch(struct selread *w, uint64_t place)
{
	for (unsigned i = 0; i < w->places; i++)
		if (w->place[i] == place)
			return;
	if (w->places == SELREAD_PLACES)
		return;
	w->place[w->places++] = place;
	w->version++;
}

void selread_scan(struct selread *w, uint64_t va, const unsigned char *code, size_t len,
		  size_t lead)
{
	ptrdiff_t begin;
	size_t from = 0;

	while (code && selfind_next(code, len, lead, &from, &begin))
		watch(w, va + (uint64_t)begin);
}

void selread_return(struct selread *now, const struct selread *w)
{
	unsigned version = now->version;

	now->wanted = w->wanted;
	if (now->places == w->places &&
	    !memcmp(now->place, w->place, w->places * sizeof(w->place[0])))
		return;
	*now = *w;
	now->version = version + 1;
}

void selread_forget(struct selread *w)
{
	if (w->places)
		w->version++;
	w->places = 0;
	w->wanted = false;
}

/* A breakpoint of the host thread @tid, which raises SIGTRAP there; negative: not to be had. */
static int breakpoint(pid_t tid, uint64_t place)
{
	struct perf_event_attr a = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(a),
		.bp_type = HW_BREAKPOINT_X,
		.bp_addr = place,
		.bp_len = sizeof(long),
		.sample_period = 1,
		.sigtrap = 1,
		.remove_on_exec = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return (int)syscall(SYS_perf_event_open, &a, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void selread_disarm(struct selread_armed *a)
{
	for (unsigned i = 0; i < a->events; i++)
		close(a->event[i]);
	in_use -= a->events;
	a->events = 0;
	a->version = 0;
}

void selread_arm(struct hthread *h, bool wanted)
{
	const struct selread *w = &h->proc->selread;
	struct selread_armed *a = &h->selread;
	unsigned version = wanted && w->places ? w->version : 0, room;

	if (a->version == version)
		return;
	selread_disarm(a);
	a->version = version;
	room = SELREAD_PLACES - debugreg_used(h->proc->space);
	for (unsigned i = 0; version && i < w->places && i < room && in_use < EVENTS_MAX; i++) {
		int fd = breakpoint(h->tid, w->place[i]);

		if (fd < 0)
			break;
		a->event[a->events++] = fd;
		in_use++;
	}
}

void selread_trap(struct thread *t)
{
	struct insn i;
	uint64_t value;

	if (!decode_insn(trap_space(t), &t->regs, &i) || !selfind_is_read(&i)) {
		t->regs.flags |= FLAGS_RF; /* the code has changed: go on, past the breakpoint */
		return;
	}
	value = i.op[1].reg.value == ZYDIS_REGISTER_CS ? t->regs.cs : t->regs.ss;
	decode_set_gpr(&t->regs, i.op[0].reg.value, i.op[0].size / 8, value);
	regs_single_step(t);
	t->regs.flags &= ~FLAGS_RF; /* it would hide a breakpoint on the next instruction */
	t->regs.ip += i.in.length;
}
