/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user's end: how vDSO code finds the data page, reads the clock, and does without. Linux'
 * own lib/vdso/gettimeofday.c is built on this.
 */
#ifndef L4_VDSO_GETTIMEOFDAY_H
#define L4_VDSO_GETTIMEOFDAY_H

#include <asm/barrier.h>
#include <asm/unistd.h>
#include <uapi/linux/time.h>

#define VDSO_HAS_TIME 1

/* The page just below the image (x86/um/vdso/vma.c); the linker knows where that begins. */
#define L4_VDSO_PAGE 4096
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

static __always_inline const struct vdso_data *__arch_get_vdso_data(void)
{
	return (const struct vdso_data *)(__ehdr_start - L4_VDSO_PAGE);
}

/* As the kernel interface page defines it; the fence keeps it behind the sequence counter. */
static __always_inline u64 __arch_get_hw_counter(s32 mode, const struct vdso_data *vd)
{
	u32 low, high;

	asm volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (unsigned __int128)((u64)high << 32 | low) * vd->arch_data.scaler >> 27;
}

static __always_inline long l4_vdso_syscall(long nr, long a, const volatile void *b)
{
	long ret;

	asm volatile("syscall" : "=a"(ret) : "0"(nr), "D"(a), "S"(b) : "rcx", "r11", "memory");
	return ret;
}

static __always_inline long clock_gettime_fallback(clockid_t clock, struct __kernel_timespec *ts)
{
	return l4_vdso_syscall(__NR_clock_gettime, clock, ts);
}

static __always_inline long clock_getres_fallback(clockid_t clock, struct __kernel_timespec *ts)
{
	return l4_vdso_syscall(__NR_clock_getres, clock, ts);
}

static __always_inline long gettimeofday_fallback(struct __kernel_old_timeval *tv,
						  struct timezone *tz)
{
	return l4_vdso_syscall(__NR_gettimeofday, (long)tv, tz);
}

/* A counter just behind what the kernel saw last must not become a leap of centuries. */
static __always_inline u64 l4_vdso_delta(u64 cycles, u64 last, u64 mask, u32 mult)
{
	return cycles > last ? (cycles - last) * mult : 0;
}
#define vdso_calc_delta l4_vdso_delta

#endif
