// SPDX-License-Identifier: GPL-2.0-only
/* The contents of an XSAVE area: the state after FNINIT, and making a user's area loadable. */
#include <linux/kernel.h>
#include <linux/string.h>
#include "os_l4.h"

#define XSTATE_FP_SSE 3UL
#define XSTATE_AMX (3UL << 17)
#define XSAVE_MIN 576 /* fxsave area and header */
#define CPUID_OSXSAVE (1U << 27)
#define MXCSR_DEFAULT_MASK 0xffbfU

/* standard (non-compacted) format */
struct xsave_area {
	unsigned short fcw, fsw;
	unsigned int x87[5];
	unsigned int mxcsr, mxcsr_mask;
	unsigned char regs[480];
	unsigned long xstate_bv, xcomp_bv, reserved[6];
};

void l4_fpu_init_state(void *area)
{
	struct xsave_area *x = area;

	memset(area, 0, L4_FPU_SIZE);
	x->fcw = 0x37f;
	x->mxcsr = 0x1f80;
	x->xstate_bv = XSTATE_FP_SSE;
}

/* Feature bits and area size; CPUID is expensive on a virtual machine, so ask once. */
static unsigned long features;
static unsigned int user_size;

/* MXCSR bits this processor has: fxsave tells. */
static unsigned int mxcsr_mask(void)
{
	static struct {
		unsigned char bytes[512];
	} __aligned(16) image;
	unsigned int *mask = (unsigned int *)(image.bytes + 28);

	if (!*mask) {
		asm volatile("fxsave64 %0" : "=m"(image));
		if (!*mask)
			*mask = MXCSR_DEFAULT_MASK;
	}
	return *mask;
}

static void detect(void)
{
	unsigned int a = 1, b, c = 0, d;

	asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	features = XSTATE_FP_SSE;
	user_size = XSAVE_MIN;
	if (!(c & CPUID_OSXSAVE))
		return;
	asm volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
	features |= (unsigned long)d << 32 | a;
	a = 0xd;
	c = 0;
	asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	user_size = b;
	if (user_size <= L4_FPU_SIZE)
		return;
	/* AMX: more than arch/um keeps per thread. Guests do without the tile registers. */
	user_size = L4_FPU_SIZE;
	features &= ~XSTATE_AMX;
}

unsigned long l4_fpu_features(void)
{
	if (!features)
		detect();
	return features;
}

unsigned int l4_fpu_user_size(void)
{
	if (!features)
		detect();
	return user_size;
}

/* A signal frame or a debugger may contain anything; the processor faults on most of it. */
void l4_fpu_sanitize(void *area)
{
	struct xsave_area *x = area;

	x->mxcsr &= mxcsr_mask();
	x->xstate_bv &= l4_fpu_features();
	x->xcomp_bv = 0;
	memset(x->reserved, 0, sizeof(x->reserved));
}
