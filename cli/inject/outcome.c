// SPDX-License-Identifier: MIT
/* Classes. */
#include "outcome.h"

#include "../../ux-kernel/host/stop.h"
#include "../cli.h"

#include <string.h>

const char *const outcome_names[OUTCOMES] = {
	[OUTCOME_MASKED] = "masked",       [OUTCOME_DETECTED] = "detected",
	[OUTCOME_CORRUPTED] = "corrupted", [OUTCOME_CRASH] = "crash",
	[OUTCOME_HANG] = "hang",           [OUTCOME_SIMULATOR_ERROR] = "simulator error",
};

int outcome_find(const char *name)
{
	for (int i = 0; i < OUTCOMES; i++)
		if (!strcmp(outcome_names[i], name))
			return i;
	return -1;
}

static bool matches(const regex_t *list, unsigned count, const char *line)
{
	for (unsigned i = 0; i < count; i++)
		if (!regexec(&list[i], line, 0, NULL, 0))
			return true;
	return false;
}

struct spoken outcome_filter(const struct campaign *c, struct ending *e)
{
	struct spoken spoken = { 0 };
	size_t kept = 0;

	for (size_t at = 0, next; at < e->len; at = next) {
		char *line = e->output + at, *end = memchr(line, '\n', e->len - at);
		bool detected, repaired, drop;

		next = end ? (size_t)(end - e->output) + 1 : e->len;
		if (end)
			*end = 0; /* the buffer has a NUL behind its end */
		detected = matches(c->detected, c->detecteds, line);
		repaired = matches(c->repaired, c->repaireds, line);
		drop = detected || repaired || matches(c->ignored, c->ignoreds, line);
		spoken.detected |= detected;
		spoken.repaired |= repaired;
		if (end)
			*end = '\n';
		if (drop)
			continue;
		memmove(e->output + kept, line, next - at);
		kept += next - at;
	}
	e->len = kept;
	return spoken;
}

bool outcome_is_ours(int status)
{
	return status < 0 || status == EXIT_USAGE || status == STOP_UNAVAILABLE ||
	       status == STOP_INTERNAL || status == STOP_OUTPUT_LOST || status == STOP_CANNOT_START;
}

static bool is_detected(const struct campaign *c, int status)
{
	for (unsigned i = 0; i < c->detected_statuses; i++)
		if (c->detected_status[i] == (uint64_t)status)
			return true;
	return false;
}

enum outcome outcome_judge(const struct campaign *c, const struct ending *golden,
			   const struct ending *e, struct spoken spoken, bool *correct)
{
	*correct = e->status == golden->status && e->len == golden->len &&
		   !memcmp(e->output, golden->output, e->len);
	if (outcome_is_ours(e->status) && e->status != golden->status)
		return OUTCOME_SIMULATOR_ERROR;
	if (e->status == STOP_TIMEOUT || e->status == STOP_SIMULATED)
		return OUTCOME_HANG;
	if (e->status == STOP_CRASHED)
		return OUTCOME_CRASH;
	if (spoken.detected || is_detected(c, e->status) || (spoken.repaired && *correct))
		return OUTCOME_DETECTED;
	return *correct ? OUTCOME_MASKED : OUTCOME_CORRUPTED;
}
