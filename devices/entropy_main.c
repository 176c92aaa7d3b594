// SPDX-License-Identifier: MIT
/* The process of the entropy device. */
#include "../ux-kernel/host/report.h"
#include "confine.h"
#include "entropy.h"

static struct transport transport;

static const struct sock_filter rules[] = { CALL(__NR_getrandom) };

int main(void)
{
	int e = transport_init(&transport, &entropy_device);

	if (!e) {
		report_set_raw(transport.hello.raw);
		e = confine(rules, sizeof(rules) / sizeof(rules[0]));
	}
	if (e) {
		report_error("the entropy device cannot start: %s", report_errno(-e));
		return 1;
	}
	transport_run(&transport);
	return 0;
}
