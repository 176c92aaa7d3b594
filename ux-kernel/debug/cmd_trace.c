// SPDX-License-Identifier: MIT
/* Monitor: trace. */
#include "../core/event.h"
#include "command.h"

#define LIMIT_DEFAULT 1000U
#define LIMIT_MAX 4000U

json_t *command_trace(const json_t *args, struct command_error *err)
{
	uint64_t from, limit, oldest = event_count > EVENT_RING ? event_count - EVENT_RING : 0;
	json_t *list;

	if (!command_number(args, "from", 0, &from, err) ||
	    !command_number(args, "limit", LIMIT_DEFAULT, &limit, err))
		return NULL;
	if (!limit || limit > LIMIT_MAX)
		return command_fail(err, "bad-argument", "limit: from 1 to %u", LIMIT_MAX);
	if (from < oldest)
		from = oldest;
	list = json_array();
	for (uint64_t i = from; i < event_count && i < from + limit; i++) {
		const struct event *e = &event_ring[i % EVENT_RING];

		/* Words of 64 bits, the upper half of their range as negative numbers. */
		json_array_append_new(list, json_pack("[i, I, i, I, I]", (int)e->type,
						      (json_int_t)e->time, (int)e->thread,
						      (json_int_t)e->a, (json_int_t)e->b));
	}
	return json_pack("{s:I, s:I, s:o}", "first", (json_int_t)from, "count",
			 (json_int_t)event_count, "events", list);
}
