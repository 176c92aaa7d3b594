// SPDX-License-Identifier: MIT
/*
 * What libslirp and a switch need of the host. Memory of the guest stays out of reach as a file,
 * and descriptors cannot be copied, which would get around that.
 */
#define _GNU_SOURCE
#include "net_confine.h"

#include "confine.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/if_tun.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME_SERVERS "/etc/resolv.conf"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Memory for malloc, never executable; other kinds of mmap are left to the common rules. */
#define HEAP \
	CALL(__NR_brk), CALL(__NR_munmap), CALL(__NR_mremap), CALL(__NR_madvise), \
		CALL(__NR_futex), IF(__NR_mprotect, 0, 4), ARG(2), IF_ANY(PROT_EXEC, 1, 0), ALLOW, \
		KILL, IF(__NR_mmap, 0, 7), ARG(2), IF_ANY(PROT_EXEC, 2, 0), ARG(4), \
		IF(0xffffffffU, 1, 2), KILL, ALLOW, LOAD(OFFSET(nr))

/* One of @flags in argument @n kills; one of two values of it is allowed. */
#define CALL_WITHOUT(nr, n, flags) IF(nr, 0, 4), ARG(n), IF_ANY(flags, 1, 0), ALLOW, KILL
#define CALL_EITHER(nr, n, a, b) IF(nr, 0, 5), ARG(n), IF(a, 1, 0), IF(b, 0, 1), ALLOW, KILL

static const struct sock_filter user_rules[] = {
	HEAP,
	CALL_IF(__NR_socket, 0, AF_INET),
	CALL(__NR_bind),
	CALL(__NR_listen),
	CALL(__NR_accept),
	CALL(__NR_accept4),
	CALL(__NR_connect),
	CALL(__NR_shutdown),
	CALL(__NR_getsockname),
	CALL(__NR_getpeername),
	CALL(__NR_setsockopt),
	CALL(__NR_getsockopt),
	CALL(__NR_sendto),
	CALL(__NR_sendmsg),
	CALL(__NR_recvfrom),
	CALL(__NR_recvmsg),
	CALL(__NR_close),
	CALL_EITHER(__NR_ioctl, 1, FIONREAD, FIONBIO),
	IF(__NR_fcntl, 0, 7),
	ARG(1),
	IF(F_GETFD, 3, 0),
	IF(F_SETFD, 2, 0),
	IF(F_GETFL, 1, 0),
	IF(F_SETFL, 0, 1),
	ALLOW,
	KILL,
	CALL_NOT_ON(__NR_read, DEVICE_FD_RAM),
	CALL(__NR_fstat),
	CALL(__NR_newfstatat),
	CALL_WITHOUT(__NR_openat, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC),
	CALL(__NR_getrandom),
	/* the capture file */
	CALL_ON_OWN(__NR_lseek),
	CALL_ON_OWN(__NR_pwritev),
	CALL_ON_OWN(__NR_ftruncate),
};

static const struct sock_filter port_rules[] = {
	HEAP,
	CALL_IF(__NR_socket, 0, AF_UNIX),
	CALL(__NR_connect),
	CALL(__NR_close),
	CALL(__NR_getsockopt),
	CALL(__NR_setsockopt),
	CALL(__NR_sendto),
	CALL(__NR_recvfrom),
	CALL(__NR_wait4), /* for the switch, at the end */
	CALL(__NR_geteuid),
	CALL_ON_OWN(__NR_lseek),
	CALL_ON_OWN(__NR_pwritev),
	CALL_ON_OWN(__NR_ftruncate),
};

static const struct sock_filter tap_rules[] = {
	HEAP,
	CALL_ON_OWN(__NR_writev),
	CALL_NOT_ON(__NR_read, DEVICE_FD_RAM),
	CALL_IF(__NR_ioctl, 1, TUNSETOFFLOAD),
	CALL_ON_OWN(__NR_lseek),
	CALL_ON_OWN(__NR_pwritev),
	CALL_ON_OWN(__NR_ftruncate),
};

static const struct sock_filter switch_rules[] = {
	HEAP,
	CALL_IF(__NR_socket, 0, AF_UNIX),
	CALL(__NR_bind),
	CALL(__NR_listen),
	CALL(__NR_accept4),
	CALL(__NR_close),
	CALL(__NR_getsockopt),
	CALL(__NR_setsockopt),
	CALL(__NR_sendto),
	CALL(__NR_recvfrom),
	CALL(__NR_geteuid),
};

/*
 * Files: none but the one with the name servers. It may be replaced by a new one, so where it has a
 * directory of its own, that is allowed. Hosts without Landlock leave it at "only to read".
 */
static int only_name_servers(void)
{
	char path[PATH_MAX], copy[PATH_MAX], *directory;
	int fd = -1, e;

	if (realpath(NAME_SERVERS, path)) {
		memcpy(copy, path, sizeof(copy));
		directory = dirname(copy);
		fd = open(strcmp(directory, "/etc") ? directory : path, O_PATH | O_CLOEXEC);
	}
	e = confine_files(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
				  LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE,
			  fd, LANDLOCK_ACCESS_FS_READ_FILE);
	if (fd >= 0)
		close(fd);
	return e;
}

int net_confine_user(void)
{
	int e = only_name_servers();

	return e ? e : confine(user_rules, COUNT(user_rules));
}

int net_confine_port(void)
{
	return confine(port_rules, COUNT(port_rules));
}

int net_confine_tap(void)
{
	return confine(tap_rules, COUNT(tap_rules));
}

int net_confine_switch(void)
{
	return confine(switch_rules, COUNT(switch_rules));
}
