// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving a user task's vector state. With the extension "ux_vcpu_fpu" it lives in the task's own
 * host thread. With "ux_user_fpu" it can mostly be had where that has left it when it stopped: in
 * memory; else the kernel moves it for us. Without any of them it is this very thread's, and two
 * instructions do.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <shared/l4fpu.h>
#include "l4c.h"

/* The area of a signal frame of the host: words of its own at the end of the first 512 bytes. */
#define HOST_WORDS 464
#define HOST_WORDS_SIZE 480
#define HOST_WORDS_END 512
#define XSAVE_MIN 576

static bool kernel_moves, in_reach;
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
	in_reach = l4c_kip_feature(L4_UX_FEATURE_USER_FPU);
	asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	area_size = min_t(unsigned long, b, KU_FPU_SIZE);
}

/*
 * Where the state is that the task has stopped with, at most *size bytes; how many there are. NULL:
 * out of reach. What is there the program can have written, the size, too.
 */
static void *find(int task, unsigned long *size)
{
	void *(*where)(l4_vcpu_state_t * v, unsigned long task,
		       unsigned long size) = (void *)L4_UX_USER_FPU;
	void *area = in_reach ? where(vcpu, SEL(task), *size) : NULL;
	unsigned int n;

	if (!area)
		return NULL;
	n = READ_ONCE(*(unsigned int *)(area + HOST_WORDS_SIZE));
	if (n < XSAVE_MIN || n > *size)
		return NULL;
	*size = n;
	return area;
}

static void save_from(const void *area, unsigned long n, void *save, unsigned long size)
{
	memcpy(save, area, n);
	memset(save + n, 0, size - n);
	memset(save + HOST_WORDS, 0, HOST_WORDS_END - HOST_WORDS);
}

static void load_into(void *area, unsigned long n, const void *load)
{
	memcpy(area, load, HOST_WORDS);
	memcpy(area + HOST_WORDS_END, load + HOST_WORDS_END, n - HOST_WORDS_END);
	l4_fpu_sanitize(area);
}

/*
 * The area the processor writes may be larger than the one Linux keeps (AMX): what does not fit
 * belongs to features no guest program has been given, and is in its initial state.
 */
static int move_by_kernel(int task, void *save, const void *load, unsigned long size)
{
	long err = 0;

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
	return err < 0 ? -EINVAL : 0;
}

int l4h_fpu_move(int task, void *save, const void *load, unsigned long size)
{
	int old = l4c_lock(), err = 0;
	unsigned long n = size = min(size, area_size);
	void *area = find(task, &n);

	if (!area)
		err = move_by_kernel(task, save, load, size);
	if (area && save)
		save_from(area, n, save, size);
	if (area && load)
		load_into(area, n, load);
	l4c_unlock(old);
	return err;
}
