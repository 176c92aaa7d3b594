// SPDX-License-Identifier: MIT
/* A system into a file. */
#define _GNU_SOURCE
#include "../core/arch.h"
#include "../core/state.h"
#include "../core/thread.h"
#include "../debug/trace_hash.h"
#include "../engine/proc.h"
#include "../host/arena.h"
#include "../host/device.h"
#include "../host/memory.h"
#include "../host/report.h"
#include "../host/vtime.h"
#include "checksum.h"
#include "out.h"
#include "records.h"
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096UL
#define VECTOR_MAX 16384U

static void put_ku(struct snapshot_out *o)
{
	for (uint64_t i = 0; i < memory_ku_pages(); i++)
		if (memory_ku_used(i)) {
			out_put(o, &i, sizeof(i));
			out_put(o, memory_ku_page(i), PAGE);
			o->h.ku_pages++;
		}
}

static int put_vector(struct hthread *h, void *arg)
{
	static uint8_t area[VECTOR_MAX];
	struct snapshot_out *o = arg;
	struct snapshot_vector v = { (uintptr_t)h->proc->space, (uintptr_t)h->owner };

	if (arch_fpu(h->owner, h->proc->space, area, NULL) < 0)
		return -EIO;
	out_put(o, &v, sizeof(v));
	out_put(o, area, o->h.vector_size);
	o->h.vectors++;
	return 0;
}

static void put_io(struct snapshot_out *o)
{
	if (device_get(0))
		o->h.io_runs = out_runs(o, memory_io_fd(), memory_io_page(0), memory_io_size());
}

static void write_all(struct snapshot_out *o)
{
	int e;

	out_raw(o, &o->h, sizeof(o->h)); /* a place for it */
	e = records_save(o);
	out_put(o, __start_core_state, o->h.state_size);
	out_put(o, arena_start(), o->h.arena_size);
	put_ku(o);
	put_io(o);
	if (!e)
		e = proc_each_thread(put_vector, o);
	if (e && !o->error)
		o->error = e;
	o->h.ram_runs = out_runs(o, memory_ram_fd(), memory_ptr(0), memory_ram_end());
	o->h.checksum = checksum_end(&o->sum);
	o->h.own = snapshot_checksum(&o->h);
	if (!o->error && lseek(o->fd, 0, SEEK_SET) < 0)
		o->error = -errno;
	out_raw(o, &o->h, sizeof(o->h));
	if (!o->error && fsync(o->fd) < 0 && errno != EINVAL)
		o->error = -errno;
}

/* What is the same for all of it. */
static void describe(struct snapshot_header *h, bool raw_terminal)
{
	*h = (struct snapshot_header){
		.magic = SNAPSHOT_MAGIC,
		.version = SNAPSHOT_VERSION,
		.header_size = sizeof(*h),
		.program = checksum_program(),
		.base = (uintptr_t)__start_core_state,
		.state_size = state_size(),
		.arena_size = arena_used(),
		.vector_size = arch_fpu_size(),
		.ram_end = memory_ram_end(),
		.raw_terminal = raw_terminal,
		.ku_hint = memory_ku_hint(),
	};
	vtime_save(&h->ticks, &h->steps);
	h->trace = trace_hash(&h->entries);
	irq_input_save(&h->input);
}

int snapshot_save(const char *path, bool raw_terminal)
{
	char part[PATH_MAX];
	struct snapshot_out o = { 0 };

	/* From here on a run that goes on and one that is loaded do the same. */
	proc_flush_all();
	describe(&o.h, raw_terminal);
	checksum_start(&o.sum);
	if (snprintf(part, sizeof(part), "%s.XXXXXX", path) >= (int)sizeof(part)) {
		report_error("cannot write the snapshot %s: %s", path, report_errno(ENAMETOOLONG));
		return -ENAMETOOLONG;
	}
	o.fd = mkostemp(part, O_CLOEXEC);
	if (o.fd < 0) {
		o.error = -errno;
	} else {
		write_all(&o);
		close(o.fd);
		if (!o.error && rename(part, path) < 0)
			o.error = -errno;
		if (o.error)
			unlink(part);
	}
	if (o.error)
		report_error("cannot write the snapshot %s: %s", path, report_errno(-o.error));
	return o.error;
}
