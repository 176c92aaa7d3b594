// SPDX-License-Identifier: GPL-2.0-only
/*
 * The console: a generic hvc terminal over the console object of the L4 environment. Input
 * raises an interrupt, so an idle system does not poll.
 */
#include <linux/console.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/tty.h>
#include <irq_kern.h>
#include <irq_user.h>
#include <shared/l4host.h>
#include "../../../drivers/tty/hvc/hvc_console.h"

#define VTERM 0

static int console_irq;
static struct hvc_struct *console;

/*
 * Input waits below until the terminal is somebody's controlling terminal. Before, only the kernel
 * has it open, for init; what is read then would be echoed and edited with settings nobody chose.
 */
static int l4_get_chars(uint32_t vterm, char *buf, int count)
{
	struct tty_struct *tty = console ? READ_ONCE(console->port.tty) : NULL;

	if (!tty || !READ_ONCE(tty->ctrl.session))
		return 0;
	return l4h_con_read(buf, count);
}

static int l4_put_chars(uint32_t vterm, const char *buf, int count)
{
	l4h_con_write(buf, count);
	return count;
}

static irqreturn_t l4_hvc_interrupt(int irq, void *hp)
{
	if (hvc_poll(hp))
		hvc_kick();
	l4h_irq_ack(L4H_IRQ_CONSOLE);
	return IRQ_HANDLED;
}

static int l4_notifier_add(struct hvc_struct *hp, int data)
{
	int irq = um_request_irq(UM_IRQ_ALLOC, L4H_IRQ_CONSOLE, IRQ_READ, l4_hvc_interrupt, 0,
				 "console", hp);

	if (irq < 0)
		return irq;
	console_irq = irq;
	console = hp;
	hp->irq_requested = 1;
	l4h_irq_ack(L4H_IRQ_CONSOLE);
	return 0;
}

static void l4_notifier_del(struct hvc_struct *hp, int data)
{
	if (!hp->irq_requested)
		return;
	console = NULL;
	um_free_irq(console_irq, hp);
	hp->irq_requested = 0;
}

static const struct hv_ops l4_hv_ops = {
	.get_chars = l4_get_chars,
	.put_chars = l4_put_chars,
	.notifier_add = l4_notifier_add,
	.notifier_del = l4_notifier_del,
	.notifier_hangup = l4_notifier_del,
};

static int __init l4_hvc_console_init(void)
{
	return hvc_instantiate(VTERM, 0, &l4_hv_ops);
}
console_initcall(l4_hvc_console_init);

static int __init l4_hvc_init(void)
{
	return PTR_ERR_OR_ZERO(hvc_alloc(VTERM, L4H_IRQ_CONSOLE, &l4_hv_ops, 1024));
}
device_initcall(l4_hvc_init);
