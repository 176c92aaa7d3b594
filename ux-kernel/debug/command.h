/* SPDX-License-Identifier: MIT */
/*
 * What the monitor can be asked. One file per command, one line per command in commands.c.
 *
 * A command gets the arguments of the request as a JSON object and returns the result as an object,
 * or NULL after command_fail(). Addresses and registers are strings ("0x1000"), since JSON numbers
 * lose their low bits in many readers; ids, counts and times are numbers.
 * Objects are named by their id, which is unique for the life of the system.
 */
#ifndef DEBUG_COMMAND_H
#define DEBUG_COMMAND_H

#include "../core/kobj.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct command_error {
	const char *code; /* for programs */
	char text[160];   /* for people */
};

struct command {
	const char *name;
	const char *arguments; /* names in their order as words, those in brackets may be missing */
	const char *help;
	json_t *(*run)(const json_t *args, struct command_error *err);
};

extern const struct command commands[];
extern const unsigned command_count;

/* Says what is wrong: NULL. @code: "unknown-command", "bad-argument", "not-found", "failed". */
json_t *command_fail(struct command_error *err, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The argument @name as a number (a JSON integer, or a string as C writes numbers); @fallback if it
 * is missing. false after command_fail().
 */
bool command_number(const json_t *args, const char *name, uint64_t fallback, uint64_t *value,
		    struct command_error *err);

/* The living object the argument @name is the id of; NULL after command_fail(). */
struct kobj *command_object(const json_t *args, const char *name, enum kobj_type type,
			    struct command_error *err);

/* "0x..." */
json_t *command_hex(uint64_t v);

/* Name and number of an object in a listing: {"<key>": id, "name": ...}. */
json_t *command_entry(const char *key, const struct kobj *o);

json_t *command_capabilities(const json_t *args, struct command_error *err);
json_t *command_help(const json_t *args, struct command_error *err);
json_t *command_info(const json_t *args, struct command_error *err);
json_t *command_inject(const json_t *args, struct command_error *err);
json_t *command_irqs(const json_t *args, struct command_error *err);
json_t *command_mappings(const json_t *args, struct command_error *err);
json_t *command_objects(const json_t *args, struct command_error *err);
json_t *command_pause(const json_t *args, struct command_error *err);
json_t *command_registers(const json_t *args, struct command_error *err);
json_t *command_resume(const json_t *args, struct command_error *err);
json_t *command_screenshot(const json_t *args, struct command_error *err);
json_t *command_stop(const json_t *args, struct command_error *err);
json_t *command_tasks(const json_t *args, struct command_error *err);
json_t *command_threads(const json_t *args, struct command_error *err);
json_t *command_timeouts(const json_t *args, struct command_error *err);
json_t *command_trace(const json_t *args, struct command_error *err);

#endif
