// SPDX-License-Identifier: MIT
/* The order in which a system is kept, and goes back. */
#include "checkpoint.h"

#include "core/iommu.h"
#include "engine/mark.h"
#include "fault/plan.h"
#include "host/console.h"
#include "host/device.h"
#include "host/device_fault.h"
#include "host/dirty.h"
#include "host/irq_input.h"
#include "host/memory.h"
#include "host/report.h"
#include "host/stop.h"
#include "host/watchdog.h"

#include <errno.h>

int checkpoint_take(void)
{
	bool first = !dirty_tracked;
	int e = first ? dirty_start(memory_ram_end()) : 0;

	if (!e && !device_hold())
		e = -EAGAIN;
	if (!e)
		e = image_take();
	device_release();
	if (!e)
		e = mark_take();
	if (first)
		mark_protect();
	return e;
}

int checkpoint_return(struct image_sum *sum)
{
	int e;

	/* The run that has ended, with its objects. */
	watchdog_stop();
	fault_stop();
	device_fault_stop();
	device_halt();
	console_exit();
	report_forget();
	irq_input_drain();
	mark_take_down();

	image_put_back(sum);
	e = mark_put_back();
	if (!e)
		e = device_go_on();
	iommu_tell_all();
	if (dirty_cool_down())
		mark_protect();
	stop_forget(0);
	return e;
}
