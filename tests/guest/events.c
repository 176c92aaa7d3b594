/* SPDX-License-Identifier: MIT */
/* epoll, eventfd, signalfd, inotify: what event loops build on. */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int ep;

static void add(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event));
}

static int ready(int timeout)
{
	struct epoll_event event = { 0 };
	int n = CHECK_OK(epoll_wait(ep, &event, 1, timeout));

	return n ? event.data.fd : -1;
}

static void test_eventfd(void)
{
	int fd = CHECK_OK(eventfd(0, 0));
	uint64_t value = 5, got = 0;

	add(fd, EPOLLIN);
	CHECK_EQ(ready(0), -1);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		usleep(50000);
		_exit(write(fd, &value, 8) != 8 || write(fd, &value, 8) != 8);
	}
	CHECK_EQ(ready(5000), fd);
	CHECK_EXIT(child, 0);
	CHECK_EQ(read(fd, &got, 8), 8);
	CHECK_EQ(got, 10);
	CHECK_EQ(ready(0), -1);
	close(fd);
}

static void test_edge(void)
{
	int fds[2];
	char byte;

	CHECK_OK(pipe2(fds, O_NONBLOCK));
	add(fds[0], EPOLLIN | EPOLLET);
	CHECK_EQ(write(fds[1], "ab", 2), 2);
	CHECK_EQ(ready(1000), fds[0]);
	CHECK_EQ(read(fds[0], &byte, 1), 1);
	CHECK_EQ(ready(50), -1);
	CHECK_EQ(write(fds[1], "c", 1), 1);
	CHECK_EQ(ready(1000), fds[0]);
	close(fds[0]);
	close(fds[1]);
}

static void test_signalfd(void)
{
	struct signalfd_siginfo info = { 0 };
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = CHECK_OK(signalfd(-1, &set, 0));
	add(fd, EPOLLIN);
	kill(getpid(), SIGUSR2);
	CHECK_EQ(ready(1000), fd);
	CHECK_EQ(read(fd, &info, sizeof(info)), sizeof(info));
	CHECK_EQ(info.ssi_signo, SIGUSR2);
	CHECK_EQ(info.ssi_pid, getpid());
	close(fd);
}

static void test_inotify(void)
{
	char buffer[512] __attribute__((aligned(8)));
	struct inotify_event *event = (struct inotify_event *)buffer;
	int fd = inotify_init1(IN_NONBLOCK), file;

	if (fd < 0 && errno == ENOSYS) {
		check_note("no inotify in this kernel");
		return;
	}
	mkdir("/tmp", 0777);
	CHECK_OK(inotify_add_watch(fd, "/tmp", IN_CREATE));
	add(fd, EPOLLIN);
	file = CHECK_OK(open("/tmp/events.new", O_CREAT | O_WRONLY, 0600));
	CHECK_EQ(ready(1000), fd);
	CHECK(read(fd, buffer, sizeof(buffer)) > 0);
	CHECK_STR(event->name, "events.new");
	close(file);
	close(fd);
	unlink("/tmp/events.new");
}

int main(void)
{
	check_start("events");
	ep = CHECK_OK(epoll_create1(0));
	test_eventfd();
	test_edge();
	test_signalfd();
	test_inotify();
	return check_done();
}
