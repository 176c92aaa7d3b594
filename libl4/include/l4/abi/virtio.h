/* SPDX-License-Identifier: MIT */
/*
 * Devices, as kernel, device processes and drivers see them. Feature "ux_virtio".
 *
 * A device is a page of configuration in I/O memory, virtio 1.x split queues in the driver's own
 * memory, an interrupt and a doorbell. The page has the layout of L4Re's "l4virtio" (which is that
 * of virtio-mmio, rounded out for shared memory), with its command register in place of calls.
 *
 * Finding: the KIP has a memory descriptor of type "shared"; page n of it is the configuration
 * page of device n, mapped with a sigma0 I/O memory request. A page without the magic is no
 * device (yet).
 *
 * Interrupt: message (MSI) driver_notify_index of the ICU. Doorbell: message device_notify_index of
 * the ICU leads the other way; an IRQ object bound to it rings when it is triggered.
 *
 * Commands: write cmd = command | argument, ring, wait until cmd reads 0. Set status: argument =
 * the new status, 0 resets; what the device accepts is then in status. Configure queue: argument =
 * number of the queue, whose configuration is complete, ready included. Configuration changed: the
 * driver has written into the part of the device's own kind, the device has answered there.
 *
 * Memory: a device sees what is mapped in the DMA space (factory -17) its number is bound to at
 * the IOMMU (capability 8, label -22, source id = number of the device), and nothing else. All
 * addresses in queues are addresses of that space, below L4_UX_DMA_END.
 *
 * Death: a device process that ends is started again and goes on with the queues as they are;
 * the driver sees nothing but a pause. If it keeps dying, status gets DEVICE_NEEDS_RESET and the
 * device stays silent until somebody resets it, which starts it once more.
 *
 * Source: l4ux; the page: L4Re's l4virtio, virtio.h; the rest: virtio 1.2.
 */
#ifndef L4_ABI_VIRTIO_H
#define L4_ABI_VIRTIO_H

#include <l4/abi/stdtypes.h>

#define L4_UX_FEATURE_VIRTIO "ux_virtio" /* in the KIP when there are devices */
#define L4_UX_DEVICES_MAX 16             /* there are never more */
#define L4_UX_DMA_END (1UL << 38)        /* first address a device cannot use */

#define L4VIRTIO_MAGIC 0x74726976U /* "virt" */
#define L4VIRTIO_VERSION 2U        /* as virtio-mmio counts */

/* Kinds of devices, as virtio numbers them. */
enum l4virtio_device_id {
	L4VIRTIO_ID_NET = 1,     /* network */
	L4VIRTIO_ID_BLOCK = 2,   /* disk */
	L4VIRTIO_ID_CONSOLE = 3, /* serial line */
	L4VIRTIO_ID_RNG = 4,     /* entropy */
	L4VIRTIO_ID_9P = 9,      /* directory of the host */
	L4VIRTIO_ID_INPUT = 18,  /* keyboard and pointer; with a screen: l4/abi/screen.h */
};

/* Bits of the status, from a device that was found to one that works. */
enum l4virtio_status {
	L4VIRTIO_STATUS_ACKNOWLEDGE = 1,    /* the driver's system has found it */
	L4VIRTIO_STATUS_DRIVER = 2,         /* there is a driver for it */
	L4VIRTIO_STATUS_DRIVER_OK = 4,      /* the driver is ready: queues are served */
	L4VIRTIO_STATUS_FEATURES_OK = 8,    /* both sides agree on features */
	L4VIRTIO_STATUS_NEEDS_RESET = 0x40, /* the device cannot go on */
	L4VIRTIO_STATUS_FAILED = 0x80,      /* the driver cannot go on */
};

/* irq_status: the device sets them, the driver takes them away. */
#define L4VIRTIO_IRQ_VRING 1U
#define L4VIRTIO_IRQ_CONFIG 2U

#define L4VIRTIO_CMD_SET_STATUS 0x01000000U  /* | new status */
#define L4VIRTIO_CMD_CFG_QUEUE 0x02000000U   /* | number of the queue */
#define L4VIRTIO_CMD_CFG_CHANGED 0x04000000U /* the device's own configuration was written */
#define L4VIRTIO_CMD_MASK 0xff000000U        /* the rest is the argument */

/* Features that belong to the transport. */
#define L4VIRTIO_F_INDIRECT_DESC 28
#define L4VIRTIO_F_EVENT_IDX 29
#define L4VIRTIO_F_VERSION_1 32
#define L4VIRTIO_F_CMD_CONFIG 160

#define L4VIRTIO_FEATURE_WORDS 6     /* of 32 features each */
#define L4VIRTIO_CONFIG_OFFSET 0x100 /* the configuration of the device's own kind */

struct l4virtio_config {
	uint32_t magic, version, device, vendor;
	uint32_t _res0[6];
	uint32_t num_queues;
	uint32_t queues_offset; /* struct l4virtio_queue_config[num_queues] */
	uint32_t _res1[12];
	uint32_t irq_status;
	uint32_t _res2[3];
	uint32_t status;
	uint32_t driver_notify_index; /* number of the interrupt, to bind at the ICU */
	uint32_t device_notify_index; /* of the doorbell */
	uint32_t cmd;
	uint32_t _res3[16];
	uint32_t dev_features[L4VIRTIO_FEATURE_WORDS];
	uint32_t _res4[2];
	uint32_t driver_features[L4VIRTIO_FEATURE_WORDS];
	uint32_t _res5;
	uint32_t generation;
};

struct l4virtio_queue_config {
	uint16_t num_max; /* written by the device */
	uint16_t num;
	uint16_t ready;
	uint16_t _res0;
	uint64_t desc, avail, used; /* DMA addresses */
	uint64_t _res1;
};

_Static_assert(offsetof(struct l4virtio_config, num_queues) == 0x28, "queues");
_Static_assert(offsetof(struct l4virtio_config, irq_status) == 0x60, "irq status");
_Static_assert(offsetof(struct l4virtio_config, status) == 0x70, "status");
_Static_assert(offsetof(struct l4virtio_config, cmd) == 0x7c, "command");
_Static_assert(offsetof(struct l4virtio_config, dev_features) == 0xc0, "device features");
_Static_assert(offsetof(struct l4virtio_config, driver_features) == 0xe0, "driver features");
_Static_assert(sizeof(struct l4virtio_config) == 0x100, "config header");
_Static_assert(sizeof(struct l4virtio_queue_config) == 40, "queue config");

#endif
