// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving a user task's vector state. With the extension "ux_vcpu_fpu" it lives in the task's own
 * host thread and the kernel moves it for us; without, it is this very thread's, and two
 * instructions do.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "l4c.h"

static bool kernel_moves;
static unsigned long area_size; /* what the processor's enabled features take */

static void *const save_area = (void *)KU_FPU_SAVE, *const load_area = (void *)KU_FPU_LOAD;

static long kernel_move(int task, bool save, bool load)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_UX_THREAD_VCPU_FPU_OP;
	u->mr[1] = SEL(task);
	u->mr[2] = save ? KU_FPU_SAVE : 0;
	u->mr[3] = load ? KU_FPU_LOAD : 0;
	return l4c_call(L4_INVALID_CAP, l4c_tag(L4_PROTO_THREAD, 4, 0));
}

static void move_here(bool save, bool load)
{
	if (save)
		asm volatile("xsave64 (%0)" : : "r"(save_area), "a"(~0U), "d"(~0U) : "memory");
	if (load)
		asm volatile("xrstor64 (%0)" : : "r"(load_area), "a"(~0U), "d"(~0U) : "memory");
}

void __init l4c_fpu_init(void)
{
	unsigned int a = 0xd, b, c = 0, d;

	kernel_moves = l4c_kip_feature(L4_UX_FEATURE_VCPU_FPU);
	asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	area_size = min_t(unsigned long, b, KU_FPU_SIZE);
}

/*
 * The area the processor writes may be larger than the one Linux keeps (AMX): what does not fit
 * belongs to features no guest program has been given, and is in its initial state.
 */
int l4h_fpu_move(int task, void *save, const void *load, unsigned long size)
{
	int old = l4c_lock();
	long err = 0;

	size = min(size, area_size);
	if (load) {
		memcpy(load_area, load, size);
		memset(load_area + size, 0, area_size - size);
	}
	if (kernel_moves)
		err = kernel_move(task, save, load);
	else
		move_here(save, load);
	if (save)
		memcpy(save, save_area, size);
	l4c_unlock(old);
	return err < 0 ? -EINVAL : 0;
}
