// SPDX-License-Identifier: MIT
/* Client of the monitor. */
#define _GNU_SOURCE
#include "control.h"

#include "../devices/instance_files.h"
#include "../ux-kernel/host/report.h"
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 10
#define ANSWER_MAX (64UL << 20)

struct search {
	const char *name;
	struct instance *found;
	unsigned count;
};

static int match(const struct instance *i, void *arg)
{
	struct search *s = arg;
	char pid[16];

	s->count++;
	snprintf(pid, sizeof(pid), "%d", i->pid);
	if (strcmp(i->name, s->name) != 0 && strcmp(pid, s->name) != 0)
		return 0;
	*s->found = *i;
	return 1;
}

int control_find(const char *name, struct instance *i)
{
	/* cppcheck-suppress ctuuninitvar; @i is where the result goes */
	struct search s = { name, i, 0 };

	if (instance_each(match, &s))
		return 0;
	report_error("no running system has the name or process id %s; %s", name,
		     s.count ? "'l4ux list' shows those that run" : "none runs");
	return EXIT_UNAVAILABLE;
}

int control_connect(struct control *c, const struct instance *i)
{
	const struct timeval patience = { PATIENCE_S, 0 };
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	*c = (struct control){ .instance = *i };
	c->fd = instance_connect(i, INSTANCE_CONTROL);
	if (c->fd < 0)
		return c->fd;
	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	c->pid = peer.pid;
	return 0;
}

int control_open(struct control *c, const char *name)
{
	struct instance i;
	int e = control_find(name, &i);

	if (e)
		return e;
	e = control_connect(c, &i);
	if (!e)
		return 0;
	report_error("cannot reach the system %s: %s", name, report_errno(-e));
	return EXIT_UNAVAILABLE;
}

void control_close(struct control *c)
{
	if (c->fd >= 0)
		close(c->fd);
	free(c->buf);
	*c = (struct control){ .fd = -1 };
}

static int send_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -errno;
		data += n;
		len -= n;
	}
	return 0;
}

/* Receives until a line is complete. Its length, or negative errno; 0: the other side is gone. */
static ssize_t receive_line(struct control *c)
{
	for (size_t looked = 0;;) {
		char *end = c->len > looked ? memchr(c->buf + looked, '\n', c->len - looked) : NULL;
		ssize_t n;

		if (end)
			return end - c->buf + 1;
		looked = c->len;
		if (c->len == c->size) {
			size_t size = c->size ? 2 * c->size : 65536;
			char *p = size > ANSWER_MAX ? NULL : realloc(c->buf, size);

			if (!p)
				return -ENOMEM;
			c->buf = p;
			c->size = size;
		}
		n = recv(c->fd, c->buf + c->len, c->size - c->len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : 0;
		c->len += n;
	}
}

static json_t *receive(struct control *c, char why[200])
{
	ssize_t n = receive_line(c);
	json_t *answer;

	if (n <= 0) {
		snprintf(why, 200, "%s",
			 n == 0 || n == -ECONNRESET ? "the system has ended"
			 : n == -EAGAIN             ? "the system does not answer"
						    : strerror((int)-n));
		return NULL;
	}
	answer = json_loadb(c->buf, n, 0, NULL);
	memmove(c->buf, c->buf + n, c->len - n);
	c->len -= n;
	if (!answer)
		snprintf(why, 200, "the answer is no JSON");
	return answer;
}

json_t *control_ask(struct control *c, const char *command, json_t *args, char why[200])
{
	json_t *request = json_pack("{s:i, s:s, s:o}", "version", 1, "command", command,
				    "arguments", args ? args : json_object());
	char *text = json_dumps(request, JSON_COMPACT);
	json_t *answer = NULL, *result = NULL;
	int e = -ENOMEM;

	json_decref(request);
	if (text)
		e = send_all(c->fd, text, strlen(text));
	if (!e)
		e = send_all(c->fd, "\n", 1);
	free(text);
	if (e)
		snprintf(why, 200, "%s", e == -EPIPE ? "the system has ended" : strerror(-e));
	else
		answer = receive(c, why);
	if (answer) {
		const char *text_of = json_string_value(
			json_object_get(json_object_get(answer, "error"), "message"));

		result = json_incref(json_object_get(answer, "result"));
		if (!result)
			snprintf(why, 200, "%s", text_of ? text_of : "the answer has no result");
	}
	json_decref(answer);
	return result;
}
