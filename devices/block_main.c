// SPDX-License-Identifier: MIT
/* The process of a block device. */
#include "block.h"

#include "../ux-kernel/host/report.h"
#include "confine.h"

#include <signal.h>
#include <stdio.h>

static struct block block;

static const struct sock_filter rules[] = {
	CALL_ON_OWN(__NR_preadv),   CALL_ON_OWN(__NR_pwritev),   CALL_ON_OWN(__NR_pread64),
	CALL_ON_OWN(__NR_pwrite64), CALL_ON_OWN(__NR_fdatasync), CALL_ON_OWN(__NR_fallocate),
};

int main(void)
{
	int e;

	signal(SIGXFSZ, SIG_IGN); /* a file too large is an error of the transfer */
	signal(SIGPIPE, SIG_IGN);
	e = transport_init(&block.transport, &block.device);
	if (e) {
		report_error("a block device cannot start: %s", report_errno(-e));
		return 1;
	}
	report_set_raw(block.transport.hello.raw);
	e = disk_open(&block.disk, DEVICE_FD_OWN, block.transport.hello.flags);
	if (!e)
		e = power_open(&block.power, &block.disk);
	if (!e) {
		block_describe(&block);
		block_configure(&block);
		e = confine(rules, sizeof(rules) / sizeof(rules[0]));
	}
	if (e) {
		report_error("disk %s cannot start: %s", block.transport.hello.name,
			     report_errno(-e));
		return 1;
	}
	transport_run(&block.transport);
	e = disk_flush(&block.disk);
	if (e)
		report_error("disk %s: cannot save what was written: %s",
			     block.transport.hello.name, report_errno(-e));
	return e != 0;
}
