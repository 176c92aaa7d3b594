// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of the system. Halt and power-off are the same here: the program that is Linux ends,
 * with the status somebody wrote to /sys/module/l4/parameters/exit_status. So does a restart where
 * nobody starts the system again, or where a status was written: somebody waits for that end. A
 * panic ends it with 255 after arch/um's kmsg dumper has printed the kernel log to stderr.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <os.h>
#include "os_l4.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "l4."

#define PANIC_STATUS 255

static unsigned char exit_status;
module_param(exit_status, byte, 0644);

/* The console is somebody's standard output: "reboot: Power down" does not belong there. */
static int quiet_end(struct notifier_block *nb, unsigned long action, void *data)
{
	console_loglevel = CONSOLE_LOGLEVEL_SILENT;
	return NOTIFY_DONE;
}

static struct notifier_block quiet_end_notifier = { .notifier_call = quiet_end };

static int __init quiet_end_init(void)
{
	return register_reboot_notifier(&quiet_end_notifier);
}
late_initcall(quiet_end_init);

void halt_skas(void)
{
	l4h_exit(exit_status);
}

void reboot_skas(void)
{
	if (!exit_status)
		l4h_restart();
	l4h_exit(exit_status);
}

void os_dump_core(void)
{
	l4h_exit(PANIC_STATUS);
}
