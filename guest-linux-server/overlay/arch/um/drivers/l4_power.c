// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux lacks for the console's input device. The power button: who closes the console's
 * window presses it, and the system shuts down even if no program listens. And room: keys may come
 * as fast as a script types, so the queues of /dev/input/event* are made larger than for a
 * keyboard.
 */
#include <linux/init.h>
#include <linux/input.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <linux/slab.h>

#define EVENTS_PER_PACKET 8192 /* a reader's queue holds eight packets */

static void l4_power_event(struct input_handle *handle, unsigned int type, unsigned int code,
			   int value)
{
	if (type == EV_KEY && code == KEY_POWER && value == 1)
		orderly_poweroff(true);
}

static int l4_power_connect(struct input_handler *handler, struct input_dev *dev,
			    const struct input_device_id *id)
{
	struct input_handle *handle = kzalloc(sizeof(*handle), GFP_KERNEL);
	int err;

	if (!handle)
		return -ENOMEM;
	dev->hint_events_per_packet = EVENTS_PER_PACKET;
	handle->dev = dev;
	handle->handler = handler;
	handle->name = "l4_power";
	err = input_register_handle(handle);
	if (!err)
		err = input_open_device(handle);
	if (err)
		kfree(handle);
	return err;
}

static void l4_power_disconnect(struct input_handle *handle)
{
	input_close_device(handle);
	input_unregister_handle(handle);
	kfree(handle);
}

static const struct input_device_id l4_power_ids[] = {
	{
		.flags = INPUT_DEVICE_ID_MATCH_BUS | INPUT_DEVICE_ID_MATCH_KEYBIT,
		.bustype = BUS_VIRTUAL,
		.keybit = { [BIT_WORD(KEY_POWER)] = BIT_MASK(KEY_POWER) },
	},
	{},
};

static struct input_handler l4_power_handler = {
	.event = l4_power_event,
	.connect = l4_power_connect,
	.disconnect = l4_power_disconnect,
	.name = "l4_power",
	.id_table = l4_power_ids,
};

static int __init l4_power_init(void)
{
	return input_register_handler(&l4_power_handler);
}
subsys_initcall(l4_power_init);
