// SPDX-License-Identifier: MIT
/* The interrupt's words on the sheets, seen by the kernel. */
#include "device_irq.h"

#include "../../devices/sheet_wire.h"
#include "device.h"

void device_irq_awake(bool awake)
{
	struct device *d;

	for (unsigned i = 0; (d = device_get(i)); i++)
		__atomic_store_n(&d->sheet->awake, awake, __ATOMIC_SEQ_CST);
}

bool device_irq_marked(void)
{
	struct device *d;

	for (unsigned i = 0; (d = device_get(i)); i++)
		if (__atomic_load_n(&d->sheet->raised, __ATOMIC_SEQ_CST))
			return true;
	return false;
}

uint64_t device_irq_take(void)
{
	uint64_t marks = 0;
	struct device *d;

	for (unsigned i = 0; (d = device_get(i)); i++)
		if (__atomic_load_n(&d->sheet->raised, __ATOMIC_SEQ_CST) &&
		    __atomic_exchange_n(&d->sheet->raised, 0, __ATOMIC_SEQ_CST))
			marks |= 1ULL << i;
	return marks;
}
