// SPDX-License-Identifier: MIT
/* Pages and memory of devices. */
#define _GNU_SOURCE
#include "devices.h"

#include "../host/device.h"
#include "../host/memory.h"
#include "mirror.h"

#include <errno.h>
#include <l4/abi/virtio.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGE 4096UL

static struct mirror io, keep[L4_UX_DEVICES_MAX];

static bool keep_make(struct device *d)
{
	/* A mirror looks at whole pages; the file may end within one. */
	uint64_t size = (d->plan->keep + PAGE - 1) & -PAGE;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, d->keep, 0);

	return p != MAP_FAILED && mirror_make(&keep[d->number], d->keep, p, size);
}

int devices_take(void)
{
	struct device *d;

	if (io.copy)
		mirror_update(&io);
	else if (device_get(0) &&
		 !mirror_make(&io, memory_io_fd(), memory_io_page(0), memory_io_size()))
		return -ENOMEM;
	for (unsigned i = 0; (d = device_get(i)); i++) {
		if (!d->plan->keep)
			continue;
		if (keep[i].copy)
			mirror_update(&keep[i]);
		else if (!keep_make(d))
			return -ENOMEM;
	}
	return 0;
}

void devices_put_back(void)
{
	if (io.copy)
		mirror_return(&io);
	for (unsigned i = 0; device_get(i); i++)
		if (keep[i].copy)
			mirror_return(&keep[i]);
}
