// SPDX-License-Identifier: MIT
/* Which events and names go into a trace. */
#define _GNU_SOURCE
#include "trace.h"

#include "../core/task.h"
#include "../core/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct trace_kind trace_kinds[EVENT_TYPES] = {
	[EVENT_NONE] = { "none", "a", "b" },
	[EVENT_RUN] = { "run", "task", "ip" },
	[EVENT_IDLE] = { "idle", "a", "b" },
	[EVENT_CALL] = { "call", "object", "tag" },
	[EVENT_IPC] = { "ipc", "receiver", "tag" },
	[EVENT_PAGE_FAULT] = { "page_fault", "address", "error" },
	[EVENT_EXCEPTION] = { "exception", "trap", "ip" },
	[EVENT_UPCALL] = { "upcall", "trap", "ip" },
	[EVENT_RESUME] = { "resume", "task", "ip" },
	[EVENT_LINE] = { "line", "line", "b" },
	[EVENT_IRQ] = { "irq", "object", "label" },
	[EVENT_MAP] = { "map", "address", "frame" },
	[EVENT_UNMAP] = { "unmap", "address", "rights" },
	[EVENT_BORN] = { "born", "object", "type" },
	[EVENT_DEAD] = { "dead", "object", "type" },
};

int trace_write(const char *path, const struct trace *t)
{
	size_t len = strlen(path);
	FILE *f;
	int e;

	if (len < 5 || strcmp(path + len - 5, ".json") != 0)
		return trace_write_ctf(path, t);
	f = fopen(path, "we");
	if (!f)
		return -errno;
	e = trace_write_chrome(f, t);
	if (fclose(f) && !e)
		e = -errno;
	return e;
}

static size_t own_names(struct trace_name **names)
{
	struct trace_name *list = calloc(kobj_count() + 1, sizeof(*list));
	size_t n = 0;

	*names = list;
	list_for_each(it, &kobj_all) {
		const struct kobj *o = list_entry(it, struct kobj, all_link);
		const struct task *task = NULL;

		if (!list || (o->ops->type != KOBJ_TASK && o->ops->type != KOBJ_THREAD))
			continue;
		if (o->ops->type == KOBJ_THREAD)
			task = ((const struct thread *)o)->task;
		if (o->ops->type == KOBJ_THREAD && !task)
			continue;
		list[n].id = o->id;
		list[n].task = task ? task->obj.id : 0;
		memcpy(list[n++].name, o->name, sizeof(o->name));
	}
	return n;
}

int trace_write_own(const char *path, size_t limit)
{
	size_t have = event_count < EVENT_RING ? event_count : EVENT_RING;
	size_t n = have < limit ? have : limit;
	struct event *copy = calloc(n + 1, sizeof(*copy));
	struct trace_name *names;
	struct trace t = { copy, n, event_count - n, NULL, own_names(&names) };
	int e = -ENOMEM;

	t.name = names;
	for (size_t i = 0; copy && i < n; i++)
		copy[i] = event_ring[(event_count - n + i) % EVENT_RING];
	if (copy && names)
		e = trace_write(path, &t);
	free(names);
	free(copy);
	return e;
}
