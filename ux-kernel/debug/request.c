// SPDX-License-Identifier: MIT
/* From a line to its answer. */
#define _GNU_SOURCE
#include "command.h"
#include "monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds the newline; NULL: no memory, @text is gone. */
static char *end_line(char *text)
{
	size_t len = strlen(text);
	char *line = realloc(text, len + 2);

	if (!line) {
		free(text);
		return NULL;
	}
	memcpy(line + len, "\n", 2);
	return line;
}

/* Takes over @body. */
static char *encode(const json_t *id, const char *key, json_t *body)
{
	json_t *answer = json_pack("{s:i, s:O, s:o}", "version", MONITOR_VERSION, "id", id, key,
				   body);
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

	json_decref(answer);
	return text ? end_line(text) : NULL;
}

static char *encode_error(const json_t *id, const struct command_error *e)
{
	return encode(id, "error", json_pack("{s:s, s:s}", "code", e->code, "message", e->text));
}

static const struct command *find(const char *name)
{
	for (unsigned i = 0; name && i < command_count; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* An argument nobody knows is a mistake that would else look like an answer. */
static bool known(const struct command *c, const json_t *args, struct command_error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)args, key, value)
	{
		const char *at = strstr(c->arguments, key);
		size_t len = strlen(key);

		while (at && len &&
		       ((at != c->arguments && !strchr(" [", at[-1])) || !strchr(" ]", at[len])))
			at = strstr(at + 1, key);
		if (!at || !len) {
			command_fail(err, "bad-argument", "%s: '%.40s' is none of its arguments",
				     c->name, key);
			return false;
		}
	}
	return true;
}

static json_t *execute(const json_t *request, struct command_error *err)
{
	const json_t *version = json_object_get(request, "version");
	const json_t *args = json_object_get(request, "arguments");
	const char *name = json_string_value(json_object_get(request, "command"));
	const struct command *c = find(name);

	if (!json_is_object(request))
		return command_fail(err, "bad-request", "a request is a JSON object");
	if (version && json_integer_value(version) != MONITOR_VERSION)
		return command_fail(err, "bad-version", "this is version %d", MONITOR_VERSION);
	if (!name)
		return command_fail(err, "bad-request", "\"command\" must be the name of one");
	if (!c)
		return command_fail(err, "unknown-command", "no command '%.40s'; help lists them",
				    name);
	if (args && !json_is_object(args))
		return command_fail(err, "bad-request", "\"arguments\" must be an object");
	return known(c, args, err) ? c->run(args, err) : NULL;
}

char *request_answer(const char *line, size_t len)
{
	struct command_error err = { "failed", "out of memory" };
	json_error_t where;
	json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
	json_t *id = request ? json_object_get(request, "id") : NULL, *result = NULL;
	char *answer;

	if (request)
		result = execute(request, &err);
	else
		command_fail(&err, "bad-request", "not JSON: %s, at byte %d", where.text,
			     where.position);
	if (!id)
		id = json_null();
	answer = result ? encode(id, "result", result) : encode_error(id, &err);
	json_decref(request);
	return answer;
}

char *request_refuse(const char *why)
{
	struct command_error err;

	command_fail(&err, "bad-request", "%s", why);
	return encode_error(json_null(), &err);
}

/* Words become arguments by their place. */
static json_t *arguments(const struct command *c, char *words)
{
	char names[64], *name, *word, *rest = words, *more = names;
	json_t *args = json_object();

	snprintf(names, sizeof(names), "%s", c->arguments);
	while ((word = strtok_r(NULL, " \t", &rest))) {
		name = strtok_r(NULL, " []", &more);
		if (!name) {
			json_decref(args);
			return NULL;
		}
		json_object_set_new(args, name, json_string(word));
	}
	return args;
}

char *request_words(const char *words)
{
	struct command_error err = { "failed", "out of memory" };
	char *copy = strdup(words), *name = copy ? strsep(&copy, " \t") : NULL, *text;
	const struct command *c = find(name);
	json_t *args = c ? arguments(c, copy ? copy : (char[]){ "" }) : NULL, *result = NULL;

	if (!c)
		command_fail(&err, "unknown-command", "no such command; help lists them");
	else if (!args)
		command_fail(&err, "bad-argument", "too many arguments");
	else
		result = c->run(args, &err);
	if (result)
		text = json_dumps(result, JSON_INDENT(1));
	else
		text = strdup(err.text);
	json_decref(args);
	json_decref(result);
	free(name);
	return text ? end_line(text) : NULL;
}
