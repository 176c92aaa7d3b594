/* SPDX-License-Identifier: MIT */
/* The user's end of the monitor: finding running systems and asking them (debug/monitor.h). */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include "../ux-kernel/host/instance.h"

#include <jansson.h>

struct control {
	struct instance instance;
	int fd;
	pid_t pid; /* of the process that listens, as the host says */
	char *buf; /* what has come behind the last line */
	size_t len, size;
};

/* The running system with this name or process id. 0, or an exit status after a report. */
int control_find(const char *name, struct instance *i);

/* 0 or negative errno, without a report. */
int control_connect(struct control *c, const struct instance *i);

/* control_find() and control_connect() with reports. 0 or an exit status. */
int control_open(struct control *c, const char *name);
void control_close(struct control *c);

/*
 * Asks, and waits for the answer for some seconds. @args is taken over, NULL: none. The result, or
 * NULL with the reason in @why.
 */
json_t *control_ask(struct control *c, const char *command, json_t *args, char why[200]);

/* show.c: a result for people; lists as tables. */
void show_result(const json_t *result);

#endif
