/* SPDX-License-Identifier: MIT */
/* Pipes: contents, order, end of file, SIGPIPE, blocking and non-blocking, poll, splice. */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STREAM_BYTES (4u << 20)

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 31 + (i >> 8) * 7 + (i >> 16));
}

/* A long stream in odd pieces must arrive whole and in order. */
static void test_stream(void)
{
	unsigned char buffer[7919];
	size_t done = 0, wrong = 0;
	int fds[2];
	pid_t child;
	ssize_t n;

	CHECK_OK(pipe(fds));
	child = CHECK_OK(fork());
	if (!child) {
		close(fds[0]);
		while (done < STREAM_BYTES) {
			size_t size = 1 + (done * 13) % sizeof(buffer);

			if (size > STREAM_BYTES - done)
				size = STREAM_BYTES - done;
			for (size_t i = 0; i < size; i++)
				buffer[i] = pattern(done + i);
			CHECK_EQ(write(fds[1], buffer, size), size);
			done += size;
		}
		check_child_exit();
	}
	close(fds[1]);
	while ((n = read(fds[0], buffer, sizeof(buffer))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			wrong += buffer[i] != pattern(done + i);
		done += n;
	}
	CHECK_EQ(n, 0);
	CHECK_EQ(done, STREAM_BYTES);
	CHECK_EQ(wrong, 0);
	CHECK_EXIT(child, 0);
	close(fds[0]);
}

static volatile sig_atomic_t sigpipes;

static void on_sigpipe(int signal)
{
	(void)signal;
	sigpipes++;
}

static void test_broken(void)
{
	int fds[2];

	CHECK_OK(pipe(fds));
	close(fds[0]);
	signal(SIGPIPE, on_sigpipe);
	CHECK_ERRNO(write(fds[1], "x", 1), EPIPE);
	CHECK_EQ(sigpipes, 1);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(write(fds[1], "x", 1), EPIPE);
	CHECK_EQ(sigpipes, 1);
	signal(SIGPIPE, SIG_DFL);

	pid_t child = CHECK_OK(fork());

	if (!child) {
		if (write(fds[1], "x", 1) != -1)
			_exit(1);
		_exit(0);
	}
	CHECK_KILLED(child, SIGPIPE);
	close(fds[1]);
}

static void test_nonblocking(void)
{
	char page[4096] = { 0 };
	struct pollfd poll_in;
	size_t held = 0;
	int fds[2];

	CHECK_OK(pipe2(fds, O_NONBLOCK));
	poll_in = (struct pollfd){ .fd = fds[0], .events = POLLIN };
	CHECK_EQ(poll(&poll_in, 1, 0), 0);
	CHECK_ERRNO(read(fds[0], page, 1), EAGAIN);
	while (write(fds[1], page, sizeof(page)) == sizeof(page))
		held += sizeof(page);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(held, fcntl(fds[1], F_GETPIPE_SZ));
	CHECK_EQ(poll(&poll_in, 1, 0), 1);
	CHECK_EQ(poll_in.revents, POLLIN);
	while (read(fds[0], page, sizeof(page)) > 0)
		;
	close(fds[1]);
	CHECK_EQ(poll(&poll_in, 1, 0), 1);
	CHECK_EQ(poll_in.revents, POLLHUP);
	CHECK_EQ(read(fds[0], page, 1), 0);
	close(fds[0]);
}

/* Two processes hand a counter back and forth: every wake-up must come. */
static void test_pingpong(void)
{
	int there[2], back[2], value = 0;

	CHECK_OK(pipe(there));
	CHECK_OK(pipe(back));

	pid_t child = CHECK_OK(fork());

	if (!child) {
		close(there[1]);
		while (read(there[0], &value, sizeof(value)) == sizeof(value)) {
			value++;
			CHECK_EQ(write(back[1], &value, sizeof(value)), sizeof(value));
		}
		check_child_exit();
	}
	close(there[0]);
	for (int i = 0; i < 2000; i++) {
		CHECK_EQ(write(there[1], &value, sizeof(value)), sizeof(value));
		CHECK_EQ(read(back[0], &value, sizeof(value)), sizeof(value));
	}
	CHECK_EQ(value, 2000);
	close(there[1]);
	CHECK_EXIT(child, 0);
}

static void test_splice(void)
{
	int a[2], b[2];
	char text[8] = "";

	CHECK_OK(pipe(a));
	CHECK_OK(pipe(b));
	CHECK_EQ(write(a[1], "spliced", 8), 8);
	CHECK_EQ(tee(a[0], b[1], 8, 0), 8);
	CHECK_EQ(read(b[0], text, 8), 8);
	CHECK_STR(text, "spliced");
	memset(text, 0, sizeof(text));
	CHECK_EQ(splice(a[0], NULL, b[1], NULL, 8, 0), 8);
	CHECK_EQ(read(b[0], text, 8), 8);
	CHECK_STR(text, "spliced");
}

int main(void)
{
	check_start("pipe");
	test_stream();
	test_broken();
	test_nonblocking();
	test_pingpong();
	test_splice();
	return check_done();
}
