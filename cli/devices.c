// SPDX-License-Identifier: MIT
/* The devices of a system, in the order of the command line. */
#include "devices.h"

#include "cli.h"
#include "disk.h"
#include "net.h"
#include "serial.h"
#include "share.h"

#include <string.h>

static int add_net(struct options *o, struct device_plan *plan, char *value)
{
	bool dhcp = false;
	int e = net_add(plan, value, o->nets, &dhcp);

	if (dhcp && o->dhcp_net < 0)
		o->dhcp_net = o->nets;
	o->nets++;
	return e;
}

static int add_disk(struct options *o, struct device_plan *plan, char *value)
{
	int e = disk_add(plan, value, o->disks);

	if (!e && !o->disks)
		o->system_disk = disk_has_system(plan);
	o->disks++;
	return e;
}

/* Two with the same tag could not be told from each other. */
static int add_share(struct options *o, struct device_plan *plan, char *value)
{
	int e = share_add(plan, value, o->shares);

	for (unsigned i = 0; !e && i < o->shares; i++)
		if (!strcmp(o->share[i], plan->name))
			return usage_error("--share: there are two with the tag %s", plan->name);
	o->share[o->shares++] = plan->name;
	return e;
}

static int add_entropy(struct device_plan *plan)
{
	*plan = (struct device_plan){
		.program = data_path("entropy-device"),
		.name = "entropy",
		.kind = "entropy",
		.label = "hwrng",
		.loss = "nothing is lost",
	};
	return plan->program ? 0 : EXIT_CANNOT_START;
}

int devices_option(struct options *o, int opt, char *value)
{
	struct device_plan *plan;

	if (o->devices == DEVICES_MAX)
		return usage_error("more than %d devices", DEVICES_MAX);
	plan = &o->device[o->devices++];
	switch (opt) {
	case OPT_DISK:
		return add_disk(o, plan, value);
	case OPT_NET:
		return add_net(o, plan, value);
	case OPT_SERIAL:
		return serial_add(plan, value, ++o->serials);
	case OPT_SHARE:
		return add_share(o, plan, value);
	default:
		return add_entropy(plan);
	}
}
