/* SPDX-License-Identifier: GPL-2.0-only */
/* Loopback up, host name. */
#ifndef NETWORK_H
#define NETWORK_H

#define AF_INET_ 2
#define SOCK_DGRAM_ 2
#define SIOCGIFFLAGS_ 0x8913
#define SIOCSIFFLAGS_ 0x8914
#define IFF_UP_ 1

static void loopback_up(void)
{
	struct {
		char name[16];
		short flags;
		char rest[22];
	} ifr = { .name = "lo" };
	int fd = my_syscall3(__NR_socket, AF_INET_, SOCK_DGRAM_, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCGIFFLAGS_, &ifr);
	ifr.flags |= IFF_UP_;
	ioctl(fd, SIOCSIFFLAGS_, &ifr);
	close(fd);
}

static void sethostname_from(const char *file)
{
	char name[64];
	int fd = open(file, O_RDONLY, 0);
	long n;

	if (fd < 0)
		return;
	n = read(fd, name, sizeof(name));
	close(fd);
	if (n > 0 && name[n - 1] == '\n')
		n--;
	if (n > 0)
		my_syscall2(__NR_sethostname, name, n);
}

#endif
