// SPDX-License-Identifier: MIT
/* A system out of a file. */
#define _GNU_SOURCE
#include "../core/arch.h"
#include "../core/state.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "../debug/trace_hash.h"
#include "../engine/proc.h"
#include "../host/arena.h"
#include "../host/memory.h"
#include "../host/report.h"
#include "../host/vtime.h"
#include "checksum.h"
#include "fill.h"
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <l4/abi/virtio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096UL

int snapshot_refuse(const struct snapshot *s, const char *why)
{
	report_error("cannot restore the snapshot %s: %s", s->path, why);
	return -EINVAL;
}

static int map_file(struct snapshot *s, size_t *size)
{
	int fd = open(s->path, O_RDONLY | O_CLOEXEC), e = 0;
	struct stat st = { 0 };
	void *p = MAP_FAILED;

	if (fd < 0 || fstat(fd, &st) < 0)
		e = -errno;
	else if (!S_ISREG(st.st_mode))
		e = -EINVAL;
	else if (st.st_size > 0)
		p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (!e && p == MAP_FAILED && st.st_size > 0)
		e = -errno;
	if (fd >= 0)
		close(fd);
	if (e) {
		snapshot_refuse(s, e == -EINVAL ? "it is no plain file" : report_errno(-e));
		return e;
	}
	*size = st.st_size;
	s->header = p == MAP_FAILED ? NULL : p;
	return 0;
}

uint64_t snapshot_checksum(const struct snapshot_header *h)
{
	struct checksum sum;

	checksum_start(&sum);
	checksum_add(&sum, h, offsetof(struct snapshot_header, own));
	checksum_add(&sum, &h->own + 1, sizeof(*h) - offsetof(struct snapshot_header, own) - 8);
	return checksum_end(&sum);
}

static uint64_t checksum_content(const struct snapshot_header *h)
{
	struct checksum sum;

	checksum_start(&sum);
	checksum_add(&sum, h + 1, h->length);
	return checksum_end(&sum);
}

int snapshot_open(struct snapshot *s, const char *path)
{
	const struct snapshot_header *h;
	size_t size = 0;
	int e;

	s->path = path;
	e = map_file(s, &size);
	if (e)
		return e;
	h = s->header;
	if (!h || size < sizeof(h->magic) || h->magic != SNAPSHOT_MAGIC)
		return snapshot_refuse(s, "it is no snapshot");
	if (size < sizeof(*h))
		return snapshot_refuse(s, "it is truncated; write it again");
	if (h->version != SNAPSHOT_VERSION || h->header_size != sizeof(*h))
		return snapshot_refuse(s, "another version of l4ux wrote it; write it again");
	if (h->own != snapshot_checksum(h))
		return snapshot_refuse(s, "it is damaged; write it again");
	if (h->program != checksum_program() || h->base != (uintptr_t)__start_core_state)
		return snapshot_refuse(s, "another build of l4ux wrote it; write it again");
	if (h->length != size - sizeof(*h))
		return snapshot_refuse(s, "it is truncated, or longer than it was; write it again");
	s->at = (const uint8_t *)(h + 1);
	s->end = s->at + h->length;
	if (h->checksum != checksum_content(h))
		return snapshot_refuse(s, "it is damaged; write it again");
	if (h->input.len > sizeof(h->input.unread) || h->devices > L4_UX_DEVICES_MAX)
		return snapshot_refuse(s, "what it holds makes no sense");
	return 0;
}

const void *snapshot_take(struct snapshot *s, uint64_t len)
{
	const uint8_t *at = s->at;
	uint64_t room = s->end - at;

	if (len > room || SNAPSHOT_PADDED(len) > room)
		return NULL;
	s->at += SNAPSHOT_PADDED(len);
	return at;
}

static bool load_core(struct snapshot *s)
{
	const struct snapshot_header *h = s->header;
	size_t size = state_size();
	const void *state = snapshot_take(s, h->state_size),
		   *arena = snapshot_take(s, h->arena_size);

	if (!state || !arena || h->state_size != size || !arena_fits(arena, h->arena_size))
		return false;
	memcpy(__start_core_state, state, size);
	memcpy(arena_start(), arena, h->arena_size);
	return true;
}

static bool load_ku(struct snapshot *s)
{
	for (uint64_t i = 0; i < s->header->ku_pages; i++) {
		const uint64_t *page = snapshot_take(s, sizeof(*page));
		const void *data = snapshot_take(s, PAGE);

		if (!data || *page >= memory_ku_pages())
			return false;
		memory_ku_take(*page);
		memcpy(memory_ku_page(*page), data, PAGE);
	}
	memory_ku_set_hint(s->header->ku_hint);
	return true;
}

/* Such a thread and such an address space are among the objects. */
static bool is_known(const struct snapshot_vector *v)
{
	bool thread = false, space = false;

	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_TASK)
			space |= v->space == (uintptr_t) & ((struct task *)o)->space;
		else if (o->ops->type == KOBJ_THREAD)
			thread |= v->thread == (uintptr_t)o;
	}
	return thread && space;
}

/* Makes the processes and threads that have a state to be loaded. */
static bool load_vectors(struct snapshot *s)
{
	proc_forget_objects();
	if (s->header->vector_size != arch_fpu_size())
		return false;
	for (uint64_t i = 0; i < s->header->vectors; i++) {
		const struct snapshot_vector *v = snapshot_take(s, sizeof(*v));
		const void *area = snapshot_take(s, s->header->vector_size);

		if (!v || !area || !is_known(v) ||
		    arch_fpu((struct thread *)v->thread, (struct space *)v->space, NULL, area) < 0)
			return false;
	}
	return true;
}

/* Into the memory file @fd of @end bytes. -EINVAL: it does not fit. */
static int load_runs(struct snapshot *s, uint64_t runs, int fd, uint64_t end)
{
	int e = 0;

	for (uint64_t i = 0; !e && i < runs; i++) {
		const struct snapshot_run *r = snapshot_take(s, sizeof(*r));
		const void *data = r ? snapshot_take(s, r->length) : NULL;

		if (!data || r->start > end || r->length > end - r->start)
			return -EINVAL;
		e = fill_file(fd, data, r->length, r->start);
	}
	return e;
}

int snapshot_load(struct snapshot *s, bool seeded)
{
	const struct snapshot_header *h = s->header;

	int e = load_core(s) && load_ku(s) ? 0 : -EINVAL;

	if (!e)
		e = load_runs(s, h->io_runs, memory_io_fd(), memory_io_size());
	if (!e && !load_vectors(s))
		e = -EINVAL;
	if (!e)
		e = load_runs(s, h->ram_runs, memory_ram_fd(), memory_ram_end());
	if (e == -EINVAL || (!e && s->at != s->end))
		return snapshot_refuse(s,
				       "what it holds does not fit this host; write it again here");
	if (e) {
		report_error("cannot restore the snapshot %s: its memory: %s", s->path,
			     report_errno(-e));
		return e;
	}
	vtime_restore(h->ticks, seeded ? NULL : &h->steps);
	trace_hash_start(h->trace, h->entries);
	return 0;
}
