/* SPDX-License-Identifier: MIT */
/*
 * Kernel interface page: version, features, clock. The layout is in l4/abi/kip.h. Source:
 * Fiasco/L4Re ABI, r-2026-W26: l4sys kip.h.
 */
#ifndef L4_SYS_KIP_H
#define L4_SYS_KIP_H

#include <l4/abi/kip.h>
#include <l4/sys/types.h>

/* The KIP of the program: set by libl4's start-up code, by the program where it has its own. */
extern l4_kernel_info_t const *l4_global_kip;

/* The KIP, NULL when the program was given none. */
static inline l4_kernel_info_t const *l4_kip(void)
{
	return l4_global_kip;
}

/* The kernel clock in microseconds, by the code in the KIP. */
static inline l4_kernel_clock_t l4_kip_clock(l4_kernel_info_t const *kip)
{
	l4_uint64_t (*read)(void) = (l4_uint64_t(*)(void))(l4_addr_t)kip->read_us;

	return read();
}

/* The kernel clock in nanoseconds. */
static inline l4_kernel_clock_t l4_kip_clock_ns(l4_kernel_info_t const *kip)
{
	l4_uint64_t (*read)(void) = (l4_uint64_t(*)(void))(l4_addr_t)kip->read_ns;

	return read();
}

/* The version string; the feature strings follow it, each ended by a NUL, then an empty one. */
static inline char const *l4_kip_version_string(l4_kernel_info_t const *kip)
{
	return (char const *)kip + ((unsigned)kip->offset_version_strings << 4);
}

/* The string behind a version or feature string, NULL after the last. */
static inline char const *l4_kip_next_feature(char const *string)
{
	while (*string)
		string++;
	return string[1] ? string + 1 : NULL;
}

/* Not 0 when the kernel announces the feature, for instance "mapdb". */
static inline int l4_kip_kernel_has_feature(l4_kernel_info_t const *kip, char const *feature)
{
	char const *s = l4_kip_version_string(kip);

	while ((s = l4_kip_next_feature(s))) {
		unsigned i = 0;

		while (s[i] && s[i] == feature[i])
			i++;
		if (s[i] == feature[i])
			return 1;
	}
	return 0;
}

#endif
