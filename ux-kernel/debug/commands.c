// SPDX-License-Identifier: MIT
/* The table of commands, and what they share. */
#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const struct command commands[] = {
	{ "capabilities", "task", "what a task holds", command_capabilities },
	{ "help", "", "this list", command_help },
	{ "info", "", "the system as a whole", command_info },
	{ "inject", "[fault]", "arm a fault; the faults that are armed", command_inject },
	{ "irqs", "", "IRQ objects and semaphores, and the lines they hear", command_irqs },
	{ "mappings", "task [from] [limit]", "memory of a task", command_mappings },
	{ "objects", "", "kernel objects, counted by type", command_objects },
	{ "pause", "", "stop the guest", command_pause },
	{ "registers", "thread", "registers of a thread", command_registers },
	{ "resume", "", "let the guest go on", command_resume },
	{ "screenshot", "file", "the screen as a PNG file", command_screenshot },
	{ "stop", "", "end the system", command_stop },
	{ "tasks", "", "tasks", command_tasks },
	{ "threads", "[task]", "threads, and what they wait for", command_threads },
	{ "timeouts", "", "timeouts that are armed, the next one first", command_timeouts },
	{ "trace", "[from] [limit]", "what happened last: type, ns, thread, two words",
	  command_trace },
};

const unsigned command_count = sizeof(commands) / sizeof(commands[0]);

json_t *command_fail(struct command_error *err, const char *code, const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return NULL;
}

bool command_number(const json_t *args, const char *name, uint64_t fallback, uint64_t *value,
		    struct command_error *err)
{
	const json_t *a = json_object_get(args, name);
	const char *s = json_string_value(a);
	char *end;

	*value = fallback;
	if (!a)
		return true;
	if (json_is_integer(a) && json_integer_value(a) >= 0) {
		*value = json_integer_value(a);
		return true;
	}
	if (s && *s >= '0' && *s <= '9') {
		errno = 0;
		*value = strtoull(s, &end, 0);
		if (!*end && !errno)
			return true;
	}
	command_fail(err, "bad-argument", "%s: not a number", name);
	return false;
}

struct kobj *command_object(const json_t *args, const char *name, enum kobj_type type,
			    struct command_error *err)
{
	uint64_t id;

	if (!json_object_get(args, name)) {
		command_fail(err, "bad-argument", "which %s? Its number is missing", name);
		return NULL;
	}
	if (!command_number(args, name, 0, &id, err))
		return NULL;
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->id == id && o->ops->type == type && !o->dead)
			return o;
	}
	command_fail(err, "not-found", "there is no %s %llu", name, (unsigned long long)id);
	return NULL;
}

json_t *command_hex(uint64_t v)
{
	char buf[20];

	snprintf(buf, sizeof(buf), "0x%llx", (unsigned long long)v);
	return json_string(buf);
}

json_t *command_entry(const char *key, const struct kobj *o)
{
	json_t *j = json_object();

	/* Names are bytes of the guest's choice. */
	json_object_set_new(j, key, json_integer((json_int_t)o->id));
	if (json_object_set_new(j, "name", json_string(o->name)) < 0)
		json_object_set_new(j, "name", json_string("?"));
	return j;
}
