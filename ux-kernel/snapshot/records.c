// SPDX-License-Identifier: MIT
/* Records of devices. */
#define _GNU_SOURCE
#include "records.h"

#include "../host/device.h"
#include "disks.h"
#include "fill.h"
#include "out.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int keep_save(struct snapshot_out *o, const struct device *d)
{
	uint64_t size = d->plan->keep;
	void *p = size ? mmap(NULL, size, PROT_READ, MAP_SHARED, d->keep, 0) : NULL;

	if (p == MAP_FAILED)
		return -errno;
	if (p) {
		out_runs(o, d->keep, p, size);
		munmap(p, size);
	}
	out_put(o, &(struct snapshot_run){ 0 }, sizeof(struct snapshot_run));
	return 0;
}

static int record_save(struct snapshot_out *o, const struct device *d)
{
	const struct device_plan *plan = d->plan;
	bool disk = !strcmp(plan->kind, "disk");
	struct snapshot_device s = { .flags = plan->flags, .keep = plan->keep };
	const char *option = plan->option;
	char path[PATH_MAX];
	int e = disk ? disks_path(d, path) : 0;

	if (e)
		return e;
	if (disk)
		option = path;
	memcpy(s.kind, plan->kind, strnlen(plan->kind, sizeof(s.kind) - 1));
	s.option_size = strlen(option) + 1;
	out_put(o, &s, sizeof(s));
	out_put(o, option, s.option_size);
	return disk ? disks_save(o, d) : keep_save(o, d);
}

int records_save(struct snapshot_out *o)
{
	struct device *d;
	int e = 0;

	for (unsigned i = 0; !e && (d = device_get(i)); i++) {
		e = record_save(o, d);
		o->h.devices++;
	}
	return e;
}

bool records_next(struct snapshot *s, struct snapshot_device *d, const char **option)
{
	const struct snapshot_device *next = snapshot_take(s, sizeof(*next));

	if (!next)
		return false;
	*d = *next;
	*option = snapshot_take(s, d->option_size);
	return *option && d->option_size && !(*option)[d->option_size - 1] &&
	       !d->kind[sizeof(d->kind) - 1];
}

int records_fill(struct snapshot *s, const struct snapshot_device *d, int fd)
{
	const struct snapshot_run *r;
	const void *bytes;
	int e = 0;

	while (!e) {
		r = snapshot_take(s, sizeof(*r));
		if (r && !r->length)
			return 0;
		bytes = r ? snapshot_take(s, r->length) : NULL;
		if (!bytes || r->start > d->keep || r->length > d->keep - r->start)
			return -EINVAL;
		e = fill_file(fd, bytes, r->length, r->start);
	}
	return e;
}
