// SPDX-License-Identifier: MIT
/* The sheets, seen by the kernel. */
#define _GNU_SOURCE
#include "device_fault.h"

#include "../../devices/sheet_wire.h"
#include "../core/arch.h"
#include "../fault/plan.h"
#include "clock.h"
#include "device.h"
#include "report.h"
#include "vtime.h"

#include <errno.h>
#include <l4/abi/virtio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
	struct fault_plan *plan;
	struct device *device;
	const struct device_fault *at;
} armed[FAULT_PLANS_MAX];
static unsigned count;

_Static_assert(sizeof(((struct device_plan *)0)->label) ==
		       sizeof(((struct device_sheet *)0)->device),
	       "names");
_Static_assert(FAULT_PLANS_MAX <= DEVICE_SHEET_FAULTS, "all faults may be of one device");

static const char *kind_of(const struct fault_plan *p)
{
	return fault_event_device[p->point->event];
}

/* A name may end with the way that events go: "eth0.in", "eth0.out". Its length without that. */
static size_t split_way(const char *name, unsigned *ways)
{
	const char *dot = strrchr(name, '.');

	*ways = DEVICE_WAY_IN | DEVICE_WAY_OUT;
	if (dot && !strcmp(dot, ".in"))
		*ways = DEVICE_WAY_IN;
	else if (dot && !strcmp(dot, ".out"))
		*ways = DEVICE_WAY_OUT;
	else
		return strlen(name);
	return dot - name;
}

static bool is_meant(const struct fault_target *t, const struct device_plan *d)
{
	unsigned ways;
	size_t len = split_way(t->name, &ways);

	if (!t->name[0])
		return !t->id;
	return !strncmp(d->label, t->name, len) && (t->prefix || !d->label[len]);
}

int device_fault_find(const struct fault_plan *p, const struct device_plan *plan, unsigned n)
{
	const char *kind = kind_of(p);
	int found = -1;

	if (!kind)
		return -1;
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(plan[i].kind, kind) != 0 || !is_meant(&p->target, &plan[i]))
			continue;
		if (found >= 0) {
			report_error("fault %s: %s or %s? Say which, as in %s:1:%s", p->point->name,
				     plan[found].label, plan[i].label, p->point->name,
				     plan[i].label);
			return -ENODEV;
		}
		found = (int)i;
	}
	if (found >= 0)
		return found;
	report_error("fault %s: the system has no device --%s%s%s", p->point->name, kind,
		     p->target.name[0] ? " of the name " : "", p->target.name);
	return -ENODEV;
}

static void set_time(struct device_sheet *s)
{
	s->begin_us = clock_host_us() - fault_time();
	s->now_us = vtime_on() ? fault_time() : DEVICE_SHEET_NEVER;
}

int device_fault_prepare(struct device *d)
{
	d->sheet_fd = memfd_create("l4ux-sheet", MFD_CLOEXEC);
	if (d->sheet_fd < 0 || ftruncate(d->sheet_fd, DEVICE_SHEET_BYTES) < 0)
		return -errno;
	d->sheet = mmap(NULL, DEVICE_SHEET_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, d->sheet_fd,
			0);
	if (d->sheet == MAP_FAILED)
		return -errno;
	d->sheet->version = DEVICE_SHEET_VERSION;
	d->sheet->wake_us = DEVICE_SHEET_NEVER;
	memcpy(d->sheet->device, d->plan->label, sizeof(d->sheet->device));
	set_time(d->sheet);
	return 0;
}

static uint32_t ways_of(const struct fault_plan *p)
{
	unsigned ways;

	split_way(p->target.name, &ways);
	return ways;
}

static int find(const struct fault_plan *p)
{
	struct device_plan plan[L4_UX_DEVICES_MAX];
	struct device *d;
	unsigned n = 0;

	while ((d = device_get(n)))
		plan[n++] = *d->plan;
	return device_fault_find(p, plan, n);
}

int device_fault_arm(struct fault_plan *p)
{
	int number = kind_of(p) ? find(p) : -1;
	struct device_sheet *s;
	struct device_fault *f;
	struct device *d;

	if (number == -ENODEV)
		return number;
	if (number < 0)
		return 0;
	d = device_get(number);
	s = d->sheet;
	if (count == FAULT_PLANS_MAX) {
		report_error("too many faults");
		return -ENOSPC;
	}
	if (!d->faults)
		set_time(s);
	f = &s->fault[d->faults];
	*f = (struct device_fault){
		.point = p->point - fault_points,
		.ways = ways_of(p),
		.first = p->first,
		.last = p->dry ? 0 : p->last,
		.not_before = p->not_before,
		.arg = p->arg,
		.seen = p->seen,
	};
	armed[count].plan = p;
	armed[count].device = d;
	armed[count++].at = f;
	__atomic_store_n(&s->count, ++d->faults, __ATOMIC_RELEASE);
	return 0;
}

void device_fault_bell(struct device *d)
{
	if (vtime_on())
		__atomic_store_n(&d->sheet->now_us, fault_time(), __ATOMIC_RELEASE);
}

/* In the kernel entry that is going on. The device's word is taken for nothing but numbers. */
static void take_over(struct fault_plan *p, const struct device_fault *f)
{
	uint64_t seen = f->seen;

	if (!p->seen && seen)
		p->begun = fault_entries();
	for (; p->seen < seen && p->seen < p->log_size; p->seen++)
		p->log[p->seen] = (uint32_t)fault_entries();
	p->seen = seen;
	p->fired = f->fired;
}

static void wake(struct timer *t)
{
	struct device *d = (struct device *)((char *)t - offsetof(struct device, wake));

	arch_doorbell(d->number);
}

void device_fault_settled(struct device *d)
{
	uint64_t at;

	for (unsigned i = 0; i < count; i++)
		if (armed[i].device == d)
			take_over(armed[i].plan, armed[i].at);
	at = __atomic_load_n(&d->sheet->wake_us, __ATOMIC_ACQUIRE);
	if (at >= VTIME_FOREVER)
		return;
	d->wake.expired = wake;
	timer_arm(&d->wake, at + (arch_now() - fault_time()));
}

bool device_fault_waits(void)
{
	struct device *d;

	for (unsigned i = 0; (d = device_get(i)); i++)
		if (d->faults && timer_armed(&d->wake) && strcmp(d->plan->kind, "gui") != 0)
			return true; /* the console has written down what it holds back */
	return false;
}

void device_fault_begin(struct device *d)
{
	timer_cancel(&d->wake);
	d->sheet->wake_us = DEVICE_SHEET_NEVER;
}

void device_fault_collect(void)
{
	for (unsigned i = 0; i < count; i++) {
		armed[i].plan->seen = armed[i].at->seen;
		armed[i].plan->fired = armed[i].at->fired;
	}
}

void device_fault_stop(void)
{
	struct device *d;

	device_fault_collect();
	for (unsigned i = 0; (d = device_get(i)); i++) {
		d->faults = 0;
		__atomic_store_n(&d->sheet->count, 0, __ATOMIC_RELEASE);
	}
	count = 0;
}
