/* SPDX-License-Identifier: MIT */
/* Loopback networking: TCP with much data, UDP, refused connections, unix sockets with fds. */
#define _GNU_SOURCE
#include "check.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define STREAM_BYTES (2u << 20)

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 17 + (i >> 9));
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));

	CHECK_OK(ioctl(s, SIOCGIFFLAGS, &request));
	request.ifr_flags |= IFF_UP | IFF_RUNNING;
	CHECK_OK(ioctl(s, SIOCSIFFLAGS, &request));
	close(s);
}

static struct sockaddr_in bind_any(int s)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_OK(bind(s, (struct sockaddr *)&address, sizeof(address)));
	CHECK_OK(getsockname(s, (struct sockaddr *)&address, &length));
	CHECK(address.sin_port);
	return address;
}

static void tcp_client(struct sockaddr_in *address)
{
	unsigned char buffer[5000];
	int s = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	size_t done = 0;

	CHECK_OK(connect(s, (struct sockaddr *)address, sizeof(*address)));
	while (done < STREAM_BYTES) {
		size_t size = sizeof(buffer);

		if (size > STREAM_BYTES - done)
			size = STREAM_BYTES - done;
		for (size_t i = 0; i < size; i++)
			buffer[i] = pattern(done + i);
		CHECK_EQ(send(s, buffer, size, 0), size);
		done += size;
	}
	CHECK_OK(shutdown(s, SHUT_WR));
	CHECK_EQ(recv(s, buffer, sizeof(buffer), 0), 6);
	CHECK_MEM(buffer, "thanks", 6);
	check_child_exit();
}

static void test_tcp(void)
{
	int listener = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0)), s;
	struct sockaddr_in address = bind_any(listener);
	unsigned char buffer[8192];
	size_t done = 0, wrong = 0;
	ssize_t n;

	CHECK_OK(listen(listener, 5));
	pid_t child = CHECK_OK(fork());

	if (!child)
		tcp_client(&address);
	s = CHECK_OK(accept(listener, NULL, NULL));
	while ((n = recv(s, buffer, sizeof(buffer), 0)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			wrong += buffer[i] != pattern(done + i);
		done += n;
	}
	CHECK_EQ(n, 0);
	CHECK_EQ(done, STREAM_BYTES);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(send(s, "thanks", 6, 0), 6);
	close(s);
	CHECK_EXIT(child, 0);
	close(listener);
	s = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_ERRNO(connect(s, (struct sockaddr *)&address, sizeof(address)), ECONNREFUSED);
	close(s);
}

static void test_udp(void)
{
	int a = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0)),
	    b = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	struct sockaddr_in to_a = bind_any(a), to_b = bind_any(b), from = { 0 };
	struct timeval limit = { .tv_usec = 50000 };
	socklen_t length = sizeof(from);
	char text[16] = "";

	for (int i = 0; i < 200; i++) {
		CHECK_EQ(sendto(a, &i, sizeof(i), 0, (struct sockaddr *)&to_b, sizeof(to_b)),
			 sizeof(i));
		int got = -1;

		CHECK_EQ(recvfrom(b, &got, sizeof(got), 0, (struct sockaddr *)&from, &length),
			 sizeof(got));
		CHECK_EQ(got, i);
		CHECK_EQ(from.sin_port, to_a.sin_port);
	}
	CHECK_OK(setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	CHECK_ERRNO(recv(a, text, sizeof(text), 0), EAGAIN);
	close(a);
	close(b);
}

static void test_unix(void)
{
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec io = { .iov_base = (char[1]){ 'f' }, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &io,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	struct ucred cred;
	socklen_t length = sizeof(cred);
	int pair[2], pipes[2], passed = -1;
	char text[8] = "";

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	CHECK_OK(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &cred, &length));
	CHECK_EQ(cred.pid, getpid());
	CHECK_OK(pipe(pipes));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &pipes[1], sizeof(int));
	CHECK_EQ(sendmsg(pair[0], &message, 0), 1);
	memset(&control, 0, sizeof(control));
	message.msg_controllen = sizeof(control);
	CHECK_EQ(recvmsg(pair[1], &message, 0), 1);
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		check_die("no file descriptor came with the message");
	memcpy(&passed, CMSG_DATA(header), sizeof(int));
	close(pipes[1]);
	CHECK_EQ(write(passed, "passed", 7), 7);
	CHECK_EQ(read(pipes[0], text, 7), 7);
	CHECK_STR(text, "passed");
	close(passed);
	CHECK_EQ(read(pipes[0], text, 7), 0);
}

int main(void)
{
	check_start("net");
	loopback_up();
	test_tcp();
	test_udp();
	test_unix();
	return check_done();
}
