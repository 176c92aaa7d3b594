/* SPDX-License-Identifier: MIT */
/*
 * Connections of the monitor and of debuggers: never waited for, neither to read nor to write.
 * Activity raises SIGUSR1. Who sends too much waits in the host's socket buffer; who does not read
 * is cut off when too much waits for him.
 */
#ifndef DEBUG_SOCKET_H
#define DEBUG_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

struct socket {
	int fd;      /* -1: none */
	int out_fd;  /* most often the same */
	bool ended;  /* nothing more will come */
	bool broken; /* the other side is gone, or is to be cut off */
	char *in, *out;
	size_t in_len, in_size; /* bytes received and not yet taken */
	size_t out_len, out_size;
};

/* Makes the activity of @fd known by a signal. 0 or negative errno. */
int socket_watch(int fd);

/* Accepts one connection of this user. -1: there is none. */
int socket_accept(int listener);

/* Takes over the connected descriptor; at most @in_size bytes wait to be taken. false: failed. */
bool socket_open(struct socket *s, int fd, size_t in_size);
void socket_close(struct socket *s);

/* Reads what has come and fits. */
void socket_fill(struct socket *s);

/* The first @n bytes that were received are done with. */
void socket_take(struct socket *s, size_t n);

/* Queues and sends what can be sent. */
void socket_put(struct socket *s, const char *data, size_t len);
void socket_flush(struct socket *s);

/* Something is left to send: ask again in a while. */
static inline bool socket_is_behind(const struct socket *s)
{
	return s->out_len && !s->broken;
}

/* Asks for SIGUSR1 once, in @ms milliseconds. */
void socket_later(unsigned ms);

#endif
