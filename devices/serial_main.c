// SPDX-License-Identifier: MIT
/* The process of a serial line. */
#include "serial.h"

#include "../ux-kernel/host/report.h"
#include "confine.h"

#include <signal.h>

static struct serial serial;

static const struct sock_filter rules[] = {
	CALL_NOT_ON(__NR_read, DEVICE_FD_RAM),
	CALL_NOT_ON(__NR_write, DEVICE_FD_RAM),
	CALL(__NR_accept4),
	CALL(__NR_close),
};

int main(void)
{
	int e;

	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTTOU, SIG_IGN); /* its process group is not the terminal's */
	signal(SIGTTIN, SIG_IGN);
	e = transport_init(&serial.transport, &serial.device);
	if (!e) {
		report_set_raw(serial.transport.hello.raw);
		e = serial_open(&serial, serial.transport.hello.flags, DEVICE_FD_OWN,
				serial.transport.hello.settled);
	}
	if (!e) {
		serial_configure(&serial);
		e = confine(rules, sizeof(rules) / sizeof(rules[0]));
	}
	if (e) {
		report_error("serial line %s cannot start: %s", serial.transport.hello.name,
			     report_errno(-e));
		return 1;
	}
	transport_run(&serial.transport);
	serial_drain(&serial);
	return 0;
}
