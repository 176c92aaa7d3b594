// SPDX-License-Identifier: MIT
/*
 * Chrome's JSON. A task is a process there, a thread a thread; a vCPU shows in the task whose code
 * it executes. "run" lasts until somebody else runs; everything else is a moment.
 */
#include "trace.h"

#include <errno.h>
#include <inttypes.h>

static void put_name(FILE *f, const char *s)
{
	for (; *s; s++)
		if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s >= ' ' && *s < 0x7f)
			fputc(*s, f);
		else
			fputc('?', f);
}

static void put_names(FILE *f, const struct trace *t)
{
	for (size_t i = 0; i < t->names; i++) {
		const struct trace_name *n = &t->name[i];
		bool thread = n->task;

		fprintf(f,
			"{\"ph\":\"M\",\"name\":\"%s_name\",\"pid\":%" PRIu64 ",\"tid\":%" PRIu64
			",\"args\":{\"name\":\"",
			thread ? "thread" : "process", thread ? n->task : n->id, n->id);
		if (*n->name)
			put_name(f, n->name);
		else
			fprintf(f, "%s %" PRIu64, thread ? "thread" : "task", n->id);
		fputs("\"}},\n", f);
	}
}

/* Microseconds with three digits behind the point. */
static void put_time(FILE *f, const char *key, uint64_t ns)
{
	fprintf(f, ",\"%s\":%" PRIu64 ".%03u", key, ns / 1000, (unsigned)(ns % 1000));
}

static uint64_t run_end(const struct trace *t, size_t i)
{
	for (size_t k = i + 1; k < t->events; k++)
		if (t->event[k].type == EVENT_RUN || t->event[k].type == EVENT_IDLE)
			return t->event[k].time;
	return t->event[t->events - 1].time;
}

/* Where a thread that does not run lives; @running if nobody knows. */
static uint64_t task_of_thread(const struct trace *t, uint64_t thread, uint64_t running)
{
	for (size_t i = 0; i < t->names; i++)
		if (t->name[i].id == thread && t->name[i].task)
			return t->name[i].task;
	return running;
}

static void put_event(FILE *f, const struct trace *t, size_t i, uint64_t task, uint64_t thread)
{
	const struct event *e = &t->event[i];
	uint64_t whose = e->thread ? e->thread : thread;
	const struct trace_kind *k = &trace_kinds[e->type < EVENT_TYPES ? e->type : EVENT_NONE];

	fprintf(f, "{\"name\":\"%s\",\"cat\":\"l4ux\",\"pid\":%" PRIu64 ",\"tid\":%" PRIu64,
		k->name, whose == thread ? task : task_of_thread(t, whose, task), whose);
	put_time(f, "ts", e->time);
	if (e->type == EVENT_RUN) {
		fputs(",\"ph\":\"X\"", f);
		put_time(f, "dur", run_end(t, i) - e->time);
	} else {
		fputs(",\"ph\":\"i\",\"s\":\"t\"", f);
	}
	fprintf(f, ",\"args\":{\"%s\":\"0x%" PRIx64 "\",\"%s\":\"0x%" PRIx64 "\"}}", k->a, e->a,
		k->b, e->b);
}

int trace_write_chrome(FILE *f, const struct trace *t)
{
	uint64_t task = 0, thread = 0;

	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", f);
	put_names(f, t);
	for (size_t i = 0; i < t->events; i++) {
		if (t->event[i].type == EVENT_RUN) {
			task = t->event[i].a;
			thread = t->event[i].thread;
		}
		put_event(f, t, i, task, thread);
		fputs(",\n", f);
	}
	fprintf(f,
		"{\"ph\":\"M\",\"name\":\"process_labels\",\"pid\":0,\"tid\":0,\"args\":"
		"{\"labels\":\"l4ux\"}}\n],\"otherData\":{\"lost_events\":%" PRIu64 "}}\n",
		t->lost);
	return ferror(f) ? -EIO : 0;
}
