/* SPDX-License-Identifier: MIT */
/*
 * The monitor: requests and answers over the control socket, one JSON object per line.
 *
 *   {"version": 1, "id": ANY, "command": NAME, "arguments": {...}}
 *   {"version": 1, "id": ANY, "result": {...}}
 *   {"version": 1, "id": ANY, "error": {"code": CODE, "message": TEXT}}
 *
 * "version" may be left out, "id" (any value) comes back with the answer, "arguments" may be left
 * out where a command has none. Codes: "bad-request" (no such object, too long a line),
 * "bad-version", and those of command.h. Answers come in the order of the requests.
 */
#ifndef DEBUG_MONITOR_H
#define DEBUG_MONITOR_H

#include <stddef.h>

#define MONITOR_VERSION 1
#define MONITOR_LINE_MAX 65536U

/* Listens on the socket of this instance. 0 or negative errno. */
int monitor_init(void);
void monitor_exit(void);

/* Serves all clients, for a while. */
void monitor_serve(void);

/* request.c: the answer to one line, from malloc(), with its newline. NULL: out of memory. */
char *request_answer(const char *line, size_t len);

/* request.c: the result, or what is wrong, of a command given as words; from malloc(). */
char *request_words(const char *words);

/* request.c: the answer to a line that is too long. */
char *request_refuse(const char *why);

#endif
