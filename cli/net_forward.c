// SPDX-License-Identifier: MIT
/* Forwarded ports. */
#define _GNU_SOURCE
#include "net_forward.h"

#include "../devices/net_wire.h"
#include "../ux-kernel/host/report.h"
#include "cli.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool parse_port(const char *s, uint16_t *port)
{
	char *end;
	unsigned long n;

	if (!s || *s < '0' || *s > '9')
		return false;
	n = strtoul(s, &end, 10);
	*port = n;
	return !*end && n <= 65535;
}

/* [ADDR]:PORT; without an address @other. */
static bool parse_end(char *s, uint32_t *addr, uint16_t *port, uint32_t other)
{
	char *colon = s ? strchr(s, ':') : NULL;

	if (!colon)
		return false;
	*colon = 0;
	*addr = other;
	return (!*s || inet_pton(AF_INET, s, addr) == 1) && parse_port(colon + 1, port);
}

bool net_forward_parse(struct net_forward *f, char *s)
{
	char *kind = strsep(&s, ":"), *host = strsep(&s, "-");

	*f = (struct net_forward){ .udp = !strcmp(kind, "udp") };
	return (f->udp || !strcmp(kind, "tcp")) &&
	       parse_end(host, &f->host, &f->host_port, htonl(INADDR_LOOPBACK)) &&
	       parse_end(s, &f->guest, &f->guest_port, 0) && f->guest_port;
}

int net_forward_check(struct net_forward *f)
{
	struct sockaddr_in a = { AF_INET, htons(f->host_port), { f->host }, { 0 } };
	int fd = socket(AF_INET, (f->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0), e = 0;
	const int on = 1;
	socklen_t len = sizeof(a);

	if (fd >= 0 && !f->udp)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) < 0 || (!f->udp && listen(fd, 1) < 0) ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0) {
		report_error("cannot forward %s port %u of %s: %s", f->udp ? "UDP" : "TCP",
			     f->host_port, inet_ntoa(a.sin_addr), report_errno(errno));
		e = EXIT_CANNOT_START;
	} else if (!f->host_port) {
		f->host_port = ntohs(a.sin_port);
		report_result("%s port %u of %s leads to port %u of the guest",
			      f->udp ? "UDP" : "TCP", f->host_port, inet_ntoa(a.sin_addr),
			      f->guest_port);
	}
	if (fd >= 0)
		close(fd);
	return e;
}
