// SPDX-License-Identifier: MIT
/* The sheet, seen by the device. */
#include "sheet.h"

#include "../ux-kernel/host/report.h"
#include "device_wire.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

static struct device_sheet none = {
	.now_us = DEVICE_SHEET_NEVER,
	.wake_us = DEVICE_SHEET_NEVER,
};
static struct device_sheet *sheet = &none;

void sheet_use(struct device_sheet *s)
{
	sheet = s;
}

int sheet_open(void)
{
	struct device_sheet *s = mmap(NULL, DEVICE_SHEET_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
				      DEVICE_FD_SHEET, 0);

	if (s == MAP_FAILED)
		return -errno;
	close(DEVICE_FD_SHEET);
	if (s->version != DEVICE_SHEET_VERSION)
		return -EPROTO;
	sheet_use(s);
	return 0;
}

bool sheet_raise(void)
{
	__atomic_store_n(&sheet->raised, 1, __ATOMIC_SEQ_CST);
	return !__atomic_load_n(&sheet->awake, __ATOMIC_SEQ_CST);
}

bool sheet_any(void)
{
	return LOAD(&sheet->count);
}

bool sheet_simulated(void)
{
	return LOAD(&sheet->now_us) != DEVICE_SHEET_NEVER;
}

uint64_t sheet_now(void)
{
	uint64_t now = LOAD(&sheet->now_us);
	struct timespec t;

	if (now != DEVICE_SHEET_NEVER)
		return now;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ULL + t.tv_nsec / 1000 - sheet->begin_us;
}

enum fault_effect sheet_effect(const struct device_fault *f)
{
	return fault_points[f->point].effect;
}

struct device_fault *sheet_next(unsigned *i, enum fault_event event, unsigned way)
{
	while (*i < LOAD(&sheet->count)) {
		struct device_fault *f = &sheet->fault[(*i)++];

		if (fault_points[f->point].event != event || (way && !(f->ways & way)))
			continue;
		if (f->not_before && sheet_now() < f->not_before)
			continue;
		f->seen++;
		if (f->seen >= f->first && f->seen <= f->last)
			return f;
	}
	return NULL;
}

bool sheet_expects(enum fault_effect effect)
{
	for (unsigned i = 0; i < LOAD(&sheet->count); i++) {
		const struct device_fault *f = &sheet->fault[i];

		if (sheet_effect(f) == effect && f->seen < f->last)
			return true;
	}
	return false;
}

void sheet_struck(struct device_fault *f, const char *fmt, ...)
{
	const struct fault_point *p = &fault_points[f->point];
	char what[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	f->fired++;
	report_guest("fault %s, number %lu of the %s of %s%s%s", p->name, (unsigned long)f->seen,
		     fault_event_names[p->event], sheet->device, *what ? ": " : "", what);
}

void sheet_wake(uint64_t us)
{
	if (us < sheet->wake_us)
		__atomic_store_n(&sheet->wake_us, us, __ATOMIC_RELEASE);
}

uint64_t sheet_wakes(void)
{
	return sheet->wake_us;
}

int sheet_timeout(int timeout_ms)
{
	uint64_t now, ms;

	if (sheet->wake_us == DEVICE_SHEET_NEVER)
		return timeout_ms;
	now = sheet_now();
	if (sheet->wake_us <= now) {
		sheet->wake_us = DEVICE_SHEET_NEVER;
		return 0;
	}
	/* In simulated time the kernel rings. */
	if (sheet->now_us != DEVICE_SHEET_NEVER)
		return timeout_ms;
	ms = (sheet->wake_us - now + 999) / 1000;
	if (timeout_ms >= 0 && (uint64_t)timeout_ms < ms)
		return timeout_ms;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}
