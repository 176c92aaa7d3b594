// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transport of virtio devices in the L4 environment: a page of configuration, a command word
 * in it, an interrupt and a doorbell. The page layout is described in l4/abi/virtio.h; the queues
 * and the drivers are Linux's own.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>
#include <irq_kern.h>
#include <irq_user.h>
#include <shared/l4bell.h>
#include <shared/l4host.h>
#include <l4/abi/virtio.h>
#include "l4_screen.h"

#define PATIENCE_US 10000000
#define RING_ALIGN 64

struct l4_virtio {
	struct virtio_device vdev;
	struct l4virtio_config *page;
	int number, irq;
};

static struct l4_virtio *to_l4(struct virtio_device *vdev)
{
	return container_of(vdev, struct l4_virtio, vdev);
}

static struct l4virtio_queue_config *queue_config(struct l4_virtio *d, unsigned int n)
{
	return (void *)d->page + d->page->queues_offset + n * sizeof(struct l4virtio_queue_config);
}

static void command(struct l4_virtio *d, u32 cmd)
{
	unsigned int us = 0, pause = 20;

	virt_store_mb(d->page->cmd, cmd);
	l4h_device_ring(d->number);
	while (READ_ONCE(d->page->cmd)) {
		usleep_range(pause, 2 * pause);
		us += pause;
		if (pause < 10000)
			pause *= 2;
		if (us > PATIENCE_US) {
			dev_err(&d->vdev.dev, "the device does not answer\n");
			return;
		}
	}
}

static void l4_get(struct virtio_device *vdev, unsigned int offset, void *buf, unsigned int len)
{
	memcpy(buf, (void *)to_l4(vdev)->page + L4VIRTIO_CONFIG_OFFSET + offset, len);
}

static void l4_set(struct virtio_device *vdev, unsigned int offset, const void *buf,
		   unsigned int len)
{
	memcpy((void *)to_l4(vdev)->page + L4VIRTIO_CONFIG_OFFSET + offset, buf, len);
	command(to_l4(vdev), L4VIRTIO_CMD_CFG_CHANGED);
}

static u32 l4_generation(struct virtio_device *vdev)
{
	return READ_ONCE(to_l4(vdev)->page->generation);
}

static u8 l4_get_status(struct virtio_device *vdev)
{
	return READ_ONCE(to_l4(vdev)->page->status);
}

static void l4_set_status(struct virtio_device *vdev, u8 status)
{
	command(to_l4(vdev), L4VIRTIO_CMD_SET_STATUS | status);
}

static void l4_reset(struct virtio_device *vdev)
{
	l4_set_status(vdev, 0);
}

static u64 l4_get_features(struct virtio_device *vdev)
{
	const u32 *f = to_l4(vdev)->page->dev_features;

	return f[0] | (u64)f[1] << 32;
}

static int l4_finalize_features(struct virtio_device *vdev)
{
	u32 *f = to_l4(vdev)->page->driver_features;

	vring_transport_features(vdev);
	f[0] = (u32)vdev->features;
	f[1] = (u32)(vdev->features >> 32);
	return 0;
}

static irqreturn_t l4_interrupt(int irq, void *opaque)
{
	struct l4_virtio *d = opaque;
	u32 why = xchg(&d->page->irq_status, 0);
	struct virtio_device *vdev = &d->vdev; /* older Linux: the macro below takes nothing else */
	struct virtqueue *vq;

	if (why & L4VIRTIO_IRQ_CONFIG) {
		if (l4_get_status(vdev) & L4VIRTIO_STATUS_NEEDS_RESET) {
			dev_err(&vdev->dev, "the device has given up\n");
			virtio_break_device(vdev);
		}
		virtio_config_changed(vdev);
	}
	virtio_device_for_each_vq(vdev, vq) vring_interrupt(irq, vq);
	return IRQ_HANDLED;
}

static bool l4_notify(struct virtqueue *vq)
{
	struct l4_virtio *d = to_l4(vq->vdev);

	/* The drivers of these sleep until an answer comes; others may look for it in a loop. */
	if (vq->vdev->id.device == VIRTIO_ID_BLOCK || vq->vdev->id.device == VIRTIO_ID_9P)
		l4_bell_soon(d->number);
	else
		l4h_device_ring(d->number);
	return true;
}

static void l4_del_vqs(struct virtio_device *vdev)
{
	struct l4_virtio *d = to_l4(vdev);
	struct virtqueue *vq, *next;

	if (d->irq >= 0)
		um_free_irq(d->irq, d);
	d->irq = -1;
	list_for_each_entry_safe(vq, next, &vdev->vqs, list) {
		queue_config(d, vq->index)->ready = 0;
		command(d, L4VIRTIO_CMD_CFG_QUEUE | vq->index);
		vring_del_virtqueue(vq);
	}
}

static struct virtqueue *setup_queue(struct l4_virtio *d, unsigned int n, vq_callback_t *callback,
				     const char *name, bool ctx)
{
	struct l4virtio_queue_config *c = queue_config(d, n);
	struct virtqueue *vq;

	if (n >= d->page->num_queues)
		return ERR_PTR(-ENOENT);
	vq = vring_create_virtqueue(n, c->num_max, RING_ALIGN, &d->vdev, true, true, ctx, l4_notify,
				    callback, name);
	if (!vq)
		return ERR_PTR(-ENOMEM);
	c->num = virtqueue_get_vring_size(vq);
	c->desc = virtqueue_get_desc_addr(vq);
	c->avail = virtqueue_get_avail_addr(vq);
	c->used = virtqueue_get_used_addr(vq);
	c->ready = 1;
	command(d, L4VIRTIO_CMD_CFG_QUEUE | n);
	if (READ_ONCE(c->ready))
		return vq;
	vring_del_virtqueue(vq);
	return ERR_PTR(-EIO);
}

static int l4_find_vqs(struct virtio_device *vdev, unsigned int n, struct virtqueue *vqs[],
		       vq_callback_t *callbacks[], const char *const names[], const bool *ctx,
		       struct irq_affinity *affinity)
{
	struct l4_virtio *d = to_l4(vdev);
	int i, queue = 0, err;

	d->irq = um_request_irq(UM_IRQ_ALLOC, L4H_IRQ_DEVICE + d->number, IRQ_READ, l4_interrupt, 0,
				dev_name(&vdev->dev), d);
	if (d->irq < 0)
		return d->irq;
	for (i = 0; i < n; i++) {
		vqs[i] = NULL;
		if (!names[i])
			continue;
		vqs[i] = setup_queue(d, queue++, callbacks[i], names[i], ctx && ctx[i]);
		if (IS_ERR(vqs[i])) {
			err = PTR_ERR(vqs[i]);
			l4_del_vqs(vdev);
			return err;
		}
	}
	return 0;
}

static const char *l4_bus_name(struct virtio_device *vdev)
{
	return "l4";
}

static const struct virtio_config_ops l4_virtio_ops = {
	.get = l4_get,
	.set = l4_set,
	.generation = l4_generation,
	.get_status = l4_get_status,
	.set_status = l4_set_status,
	.reset = l4_reset,
	.find_vqs = l4_find_vqs,
	.del_vqs = l4_del_vqs,
	.get_features = l4_get_features,
	.finalize_features = l4_finalize_features,
	.bus_name = l4_bus_name,
};

static void l4_release(struct device *dev)
{
	kfree(to_l4(dev_to_virtio(dev)));
}

static int __init add_device(struct device *parent, int n)
{
	struct l4virtio_config *page = l4h_device_open(n);
	struct l4_virtio *d;
	int err;

	if (!page)
		return -ENODEV;
	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (!d)
		return -ENOMEM;
	d->page = page;
	d->number = n;
	d->irq = -1;
	d->vdev.id.device = page->device;
	d->vdev.id.vendor = page->vendor;
	d->vdev.config = &l4_virtio_ops;
	d->vdev.dev.parent = parent;
	d->vdev.dev.release = l4_release;
	err = register_virtio_device(&d->vdev);
	if (err)
		put_device(&d->vdev.dev);
	else
		l4_screen_found(page, n);
	return err;
}

static int __init l4_virtio_init(void)
{
	int n, count = l4h_device_count();
	struct device *parent;

	if (!count)
		return 0;
	parent = root_device_register("l4");
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	for (n = 0; n < count; n++)
		if (add_device(parent, n))
			pr_err("l4: device %d does not work\n", n);
	return 0;
}
device_initcall(l4_virtio_init);
