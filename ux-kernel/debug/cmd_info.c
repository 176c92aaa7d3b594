// SPDX-License-Identifier: MIT
/* Monitor: info. */
#include "../core/arch.h"
#include "../core/event.h"
#include "../core/sched.h"
#include "../core/space.h"
#include "../host/instance.h"
#include "../host/memory.h"
#include "command.h"
#include "hold.h"

#include <stdio.h>
#include <unistd.h>

#define COMMAND_MAX 4096

/* What was started; words that are not text are cut. */
static json_t *command_line(void)
{
	char buf[COMMAND_MAX];
	FILE *f = fopen("/proc/self/cmdline", "re");
	size_t n = f ? fread(buf, 1, sizeof(buf) - 1, f) : 0;
	json_t *text;

	if (f)
		fclose(f);
	for (size_t i = 0; i < n; i++)
		if (!buf[i])
			buf[i] = ' ';
	text = json_stringn(buf, n && buf[n - 1] == ' ' ? n - 1 : n);
	return text ? text : json_string("?");
}

json_t *command_info(const json_t *args, struct command_error *err)
{
	const struct instance *i = instance_own(); /* NULL: gdb asks a system without one */

	(void)args;
	(void)err;
	return json_pack("{s:s, s:i, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:I}", "name",
			 i ? i->name : "", "pid", (int)getpid(), "state",
			 hold_active() ? "paused" : "running", "command", command_line(), "time_us",
			 (json_int_t)arch_now(), "idle_us", (json_int_t)sched_idle_time(),
			 "memory_bytes", (json_int_t)memory_ram_end(), "objects",
			 (json_int_t)kobj_count(), "mappings", (json_int_t)space_mapping_count(),
			 "events", (json_int_t)event_count);
}
