// SPDX-License-Identifier: MIT
/* Kernel memory. */
#include "kmem.h"

#include "arch.h"
#include "factory.h"
#include "state.h"

STATE static uint64_t used, total = UINT64_MAX;

bool kmem_charge(struct factory *payer, size_t size)
{
	if (size > total - used || !factory_charge(payer, size))
		return false;
	used += size;
	return true;
}

void kmem_uncharge(struct factory *payer, size_t size)
{
	factory_uncharge(payer, size);
	used -= size;
}

void *kmem_alloc(struct factory *payer, size_t size)
{
	void *p;

	if (!kmem_charge(payer, size))
		return NULL;
	p = arch_alloc(size);
	if (!p)
		kmem_uncharge(payer, size);
	return p;
}

void kmem_free(struct factory *payer, void *p, size_t size)
{
	if (!p)
		return;
	arch_free(p);
	kmem_uncharge(payer, size);
}

void kmem_set_total(uint64_t bytes)
{
	total = bytes > used ? bytes : used;
}

uint64_t kmem_used(void)
{
	return used;
}

uint64_t kmem_total(void)
{
	return total;
}
