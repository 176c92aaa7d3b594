// SPDX-License-Identifier: MIT
/* Clients of the monitor, and how much of the kernel's time they get. */
#define _GNU_SOURCE
#include "monitor.h"

#include "../../devices/instance_files.h"
#include "../host/instance.h"
#include "socket.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS 8U
#define BUDGET_NS 1000000 /* of requests at a time; then the guest runs ... */
#define SHARE 4U          /* ... so many times as long */
#define PATIENCE_MS 100U  /* until we try again to write to who does not read */

static int listener = -1;
static uint64_t rest; /* until then the guest has its turn */
static struct socket client[CLIENTS];

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

int monitor_init(void)
{
	int e;

	for (unsigned i = 0; i < CLIENTS; i++)
		client[i].fd = -1;
	listener = instance_listen(instance_own(), INSTANCE_CONTROL);
	if (listener < 0)
		return listener;
	e = socket_watch(listener);
	if (e) {
		close(listener);
		listener = -1;
	}
	return e;
}

void monitor_exit(void)
{
	if (listener < 0)
		return;
	close(listener);
	listener = -1;
	for (unsigned i = 0; i < CLIENTS; i++)
		socket_close(&client[i]);
}

static void answer(struct socket *s, char *text)
{
	if (text)
		socket_put(s, text, strlen(text));
	else
		s->broken = true;
	free(text);
}

static void accept_all(void)
{
	int fd;

	while ((fd = socket_accept(listener)) >= 0) {
		struct socket refused, *s = NULL;

		for (unsigned i = 0; i < CLIENTS && !s; i++)
			if (client[i].fd < 0)
				s = &client[i];
		if (!s && socket_open(&refused, fd, 1)) {
			answer(&refused, request_refuse("too many clients at a time"));
			socket_close(&refused);
		} else if (s) {
			socket_open(s, fd, MONITOR_LINE_MAX);
		}
	}
}

/* One request, if a whole one has come. */
static bool serve_one(struct socket *s)
{
	char *end;

	socket_fill(s);
	end = memchr(s->in, '\n', s->in_len);
	if (end) {
		size_t len = end - s->in;

		answer(s, request_answer(s->in, len));
		socket_take(s, len + 1);
		return true;
	}
	if (s->in_len == s->in_size) {
		answer(s, request_refuse("the line is too long"));
		s->broken = true;
	}
	return false;
}

/*
 * In turn, beginning behind who was served last. true: more may wait, but there is no time for it
 * now.
 */
static bool serve_round(uint64_t until)
{
	static unsigned turn;

	for (unsigned idle = 0; idle < CLIENTS; turn = (turn + 1) % CLIENTS) {
		if (client[turn].fd < 0 || !serve_one(&client[turn]))
			idle++;
		else
			idle = 0;
		if (now_ns() >= until) {
			turn = (turn + 1) % CLIENTS;
			return true;
		}
	}
	return false;
}

void monitor_serve(void)
{
	bool more, behind = false;
	uint64_t start = now_ns();

	if (listener < 0 || start < rest)
		return; /* the timer is running */
	accept_all();
	more = serve_round(start + BUDGET_NS);
	for (unsigned i = 0; i < CLIENTS; i++) {
		if (client[i].fd < 0)
			continue;
		socket_flush(&client[i]);
		behind |= socket_is_behind(&client[i]);
		if (client[i].broken || (client[i].ended && !more && !client[i].out_len))
			socket_close(&client[i]);
	}
	if (more) {
		unsigned ms = (now_ns() - start) * SHARE / 1000000 + 1;

		rest = now_ns() + (ms - 1) * 1000000UL;
		socket_later(ms);
	} else if (behind) {
		socket_later(PATIENCE_MS);
	}
}
