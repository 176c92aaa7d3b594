// SPDX-License-Identifier: GPL-2.0-only
/* From program entry to linux_main(), and the small questions arch/um asks on the way. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <as-layout.h>
#include <init.h>
#include <kern_util.h>
#include <mem_user.h>
#include <os.h>
#include "os_l4.h"

void l4_boot(unsigned long *sp);
void __ref l4_boot(unsigned long *sp)
{
	char **argv;
	int argc;

	l4h_init(sp);
	l4_time_init();
	argc = l4_cmdline((int)sp[0], (char **)(sp + 1), &argv);
	linux_main(argc, argv);
	l4h_exit(uml_exitcode);
}

void setup_machinename(char *machine)
{
	strcpy(machine, "x86_64");
}

/* The last question of setup_arch(): the physical memory is known, the allocator not there yet. */
void __init setup_hostinfo(char *buf, int len)
{
	snprintf(buf, len, "L4 (vCPU user mode)");
	l4_mem_reserve_last();
}

void os_early_checks(void)
{
}

void os_check_bugs(void)
{
}

int parse_iomem(char *str, int *add)
{
	return 1;
}

int set_umid(char *name)
{
	return 0;
}

void stack_protections(unsigned long address)
{
}

void os_flush_stdout(void)
{
}

void um_early_printk(const char *s, unsigned int n)
{
	l4h_log_write(s, n);
}

static void log_vprintf(const char *fmt, va_list ap)
{
	char buf[256];

	l4h_log_write(buf, vscnprintf(buf, sizeof(buf), fmt, ap));
}

void os_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vprintf(fmt, ap);
	va_end(ap);
}

void os_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vprintf(fmt, ap);
	va_end(ap);
}
