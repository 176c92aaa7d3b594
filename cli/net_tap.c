// SPDX-License-Identifier: MIT
/* Tap devices: somebody with the right to makes one, and says who may use it. */
#define _GNU_SOURCE
#include "net_tap.h"

#include "../ux-kernel/host/report.h"
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TUN "/dev/net/tun"

static int failed(const char *name, int e, int fd)
{
	report_error("cannot use the tap device %s: %s; root makes one for you with 'ip tuntap add "
		     "dev %s mode tap user NAME'",
		     name, report_errno(e), name);
	if (fd >= 0)
		close(fd);
	return -EXIT_CANNOT_START;
}

static int attach(int fd, struct ifreq *r)
{
	const int header = sizeof(struct virtio_net_hdr_v1);

	r->ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	return ioctl(fd, TUNSETIFF, r) < 0 || ioctl(fd, TUNSETVNETHDRSZ, &header) < 0 ? -errno : 0;
}

static int get_mtu(struct ifreq *r, uint16_t *mtu)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), e = 0;

	if (fd < 0 || ioctl(fd, SIOCGIFMTU, r) < 0)
		e = -errno;
	else
		*mtu = r->ifr_mtu < UINT16_MAX ? r->ifr_mtu : UINT16_MAX;
	if (fd >= 0)
		close(fd);
	return e;
}

int net_tap_attach(const char *name, uint16_t *mtu)
{
	struct ifreq r = { 0 };
	int fd, e;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (!if_nametoindex(name)) /* root would get a new one, of which nobody knows */
		return failed(name, ENODEV, -1);
	fd = open(TUN, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return failed(name, errno, fd);
	e = attach(fd, &r);
	if (!e)
		e = get_mtu(&r, mtu);
	return e ? failed(name, -e, fd) : fd;
}
