// SPDX-License-Identifier: MIT
/* The process of the entropy device. */
#include "../ux-kernel/host/report.h"
#include "confine.h"
#include "entropy.h"

#include <errno.h>
#include <sys/mman.h>

static struct entropy entropy;

static const struct sock_filter rules[] = { CALL(__NR_getrandom) };

int main(void)
{
	int e = transport_init(&entropy.transport, &entropy_device);

	if (!e) {
		entropy.keep = mmap(NULL, sizeof(*entropy.keep), PROT_READ | PROT_WRITE, MAP_SHARED,
				    DEVICE_FD_OWN, 0);
		e = entropy.keep == MAP_FAILED ? -errno : 0;
	}
	if (!e) {
		report_set_raw(entropy.transport.hello.raw);
		e = confine(rules, sizeof(rules) / sizeof(rules[0]));
	}
	if (e) {
		report_error("the entropy device cannot start: %s", report_errno(-e));
		return 1;
	}
	transport_run(&entropy.transport);
	return 0;
}
