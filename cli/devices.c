// SPDX-License-Identifier: MIT
/* The devices of a system, in the order of the command line. */
#include "devices.h"

#include "cli.h"
#include "disk.h"
#include "net.h"
#include "serial.h"
#include "share.h"

#include "../devices/entropy.h"
#include "../ux-kernel/host/report.h"
#include "../ux-kernel/host/seed.h"
#include "../ux-kernel/snapshot/records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

	free(value);
	for (unsigned i = 0; !e && i < o->shares; i++)
		if (!strcmp(o->share[i], plan->name))
			return usage_error("--share: there are two with the tag %s", plan->name);
	o->share[o->shares++] = plan->name;
	return e;
}

/* What comes from a seed is told when that is known. */
static int add_entropy(struct device_plan *plan)
{
	*plan = (struct device_plan){
		.program = data_path("entropy-device"),
		.name = "entropy",
		.kind = "entropy",
		.label = "hwrng",
		.keep = sizeof(struct entropy_keep),
		.can_save = true,
		.can_return = true,
		.loss = "nothing is lost",
	};
	return plan->program ? 0 : EXIT_CANNOT_START;
}

int devices_finish(struct options *o)
{
	for (unsigned i = 0; i < o->devices; i++) {
		struct device_plan *plan = &o->device[i];
		struct entropy_keep keep = { 1, seed_start(o->time.seed, SEED_DEVICE + i) };

		if (strcmp(plan->kind, "entropy") != 0 || plan->kept ||
		    (!o->time.is_virtual && !o->time.seeded))
			continue;
		plan->kept = device_keep_file(plan->keep);
		if (plan->kept < 0 || pwrite(plan->kept, &keep, sizeof(keep), 0) != sizeof(keep)) {
			report_error("cannot describe a device: %s", report_errno(errno));
			return EXIT_CANNOT_START;
		}
	}
	return 0;
}

static int add(struct options *o, int opt, struct device_plan *plan, char *value)
{
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
		free(value);
		return add_entropy(plan);
	}
}

int devices_option(struct options *o, int opt, const char *value)
{
	struct device_plan *plan;
	char *words, *option;
	int e;

	if (o->devices == DEVICES_MAX)
		return usage_error("more than %d devices", DEVICES_MAX);
	/* One is cut into words, which live as long as the system; one stays whole. */
	words = strdup(value ? value : "");
	option = strdup(value ? value : "");
	if (!words || !option) {
		free(words);
		free(option);
		report_error("out of memory");
		return EXIT_CANNOT_START;
	}
	plan = &o->device[o->devices++];
	e = add(o, opt, plan, words);
	if (e || plan->option) /* that of the kind says more */
		free(option);
	else
		plan->option = option;
	return e;
}

/* What it remembers. 0 or negative errno. */
static int restore_keep(struct snapshot *s, const struct snapshot_device *d,
			struct device_plan *plan)
{
	if (d->flags != plan->flags || d->keep != plan->keep)
		return -EINVAL;
	if (plan->keep) {
		plan->kept = device_keep_file(plan->keep);
		if (plan->kept < 0)
			return plan->kept;
	}
	return records_fill(s, d, plan->kept);
}

static int restore(struct options *o, struct snapshot *s, const struct snapshot_device *d,
		   const char *option)
{
	static const struct {
		const char *kind;
		int opt;
	} kinds[] = {
		{ "net", OPT_NET },
		{ "serial", OPT_SERIAL },
		{ "share", OPT_SHARE },
		{ "entropy", OPT_ENTROPY },
	};
	int e;

	if (!strcmp(d->kind, "disk")) {
		e = disk_restore(&o->device[o->devices], s, d, option, o->disks++);
		o->devices += !e;
		return e;
	}
	if (!strcmp(d->kind, "gui")) /* the device is added behind all others, as it was */
		return gui_restore(&o->gui, s, d, option);
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(d->kind, kinds[i].kind) != 0)
			continue;
		e = devices_option(o, kinds[i].opt, option);
		return e ? EXIT_CANNOT_START : restore_keep(s, d, &o->device[o->devices - 1]);
	}
	return -EINVAL;
}

int devices_restore(struct options *o, struct snapshot *s)
{
	struct snapshot_device d;
	const char *option;
	bool screen = o->gui.on;
	int e = 0;

	for (uint64_t i = 0; !e && i < s->header->devices; i++) {
		e = records_next(s, &d, &option) ? restore(o, s, &d, option) : -EINVAL;
		screen &= strcmp(d.kind, "gui") != 0;
	}
	if (!e && screen)
		return usage_error("restore: the system in %s has no screen", s->path);
	if (e < 0) {
		snapshot_refuse(s, e == -EINVAL ? "what it says of a device makes no sense"
						: report_errno(-e));
		return EXIT_CANNOT_START;
	}
	return e;
}
