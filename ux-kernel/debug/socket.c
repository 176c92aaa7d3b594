// SPDX-License-Identifier: MIT
/* Descriptors that tell by a signal when there is something to do. */
#define _GNU_SOURCE
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OUT_MAX (8UL << 20) /* unread answers; more, and the reader is taken for dead */

int socket_watch(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETOWN, getpid()) < 0 || fcntl(fd, F_SETSIG, SIGUSR1) < 0 ||
	    fcntl(fd, F_SETFL, flags | O_ASYNC | O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

int socket_accept(int listener)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return -1;
	/* The directory keeps others out already; this holds where its mode is not obeyed. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid != (uid_t)-1 &&
	    peer.uid && peer.uid != geteuid()) {
		close(fd);
		return -1;
	}
	return fd;
}

bool socket_open(struct socket *s, int fd, size_t in_size)
{
	*s = (struct socket){ .fd = fd, .out_fd = fd, .in = malloc(in_size), .in_size = in_size };
	if (s->in && socket_watch(fd) == 0)
		return true;
	socket_close(s);
	return false;
}

void socket_close(struct socket *s)
{
	if (s->fd >= 0 && s->out_fd != s->fd)
		close(s->out_fd);
	if (s->fd >= 0)
		close(s->fd);
	free(s->in);
	free(s->out);
	*s = (struct socket){ .fd = -1 };
}

void socket_fill(struct socket *s)
{
	while (!s->broken && s->in_len < s->in_size) {
		ssize_t n = read(s->fd, s->in + s->in_len, s->in_size - s->in_len);

		if (n > 0)
			s->in_len += n;
		else if (n == 0)
			s->ended = true;
		else if (errno != EINTR && errno != EAGAIN)
			s->broken = true;
		if (n == 0 || (n < 0 && errno == EAGAIN))
			return;
	}
}

void socket_take(struct socket *s, size_t n)
{
	memmove(s->in, s->in + n, s->in_len - n);
	s->in_len -= n;
}

static bool grow(struct socket *s, size_t need)
{
	size_t size = s->out_size ? s->out_size : 4096;
	char *p;

	while (size < need)
		size *= 2;
	if (size == s->out_size)
		return true;
	p = realloc(s->out, size);
	if (!p)
		return false;
	s->out = p;
	s->out_size = size;
	return true;
}

void socket_put(struct socket *s, const char *data, size_t len)
{
	if (s->broken)
		return;
	if (s->out_len + len > OUT_MAX || !grow(s, s->out_len + len)) {
		s->broken = true;
		return;
	}
	memcpy(s->out + s->out_len, data, len);
	s->out_len += len;
	socket_flush(s);
}

void socket_flush(struct socket *s)
{
	size_t done = 0;

	while (!s->broken && done < s->out_len) {
		/* SIGPIPE is ignored; a pair of pipes has no send(). */
		ssize_t n = write(s->out_fd, s->out + done, s->out_len - done);

		if (n > 0)
			done += n;
		else if (n < 0 && errno == EAGAIN)
			break;
		else if (n == 0 || errno != EINTR)
			s->broken = true;
	}
	if (done)
		memmove(s->out, s->out + done, s->out_len - done);
	s->out_len -= done;
}

void socket_later(unsigned ms)
{
	static timer_t timer;
	static bool made;
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec t = { .it_value = { ms / 1000, ms % 1000 * 1000000L } };

	if (!made)
		made = !timer_create(CLOCK_MONOTONIC, &e, &timer);
	if (made)
		timer_settime(timer, 0, &t, NULL);
}
