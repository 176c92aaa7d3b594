// SPDX-License-Identifier: GPL-2.0-only
/*
 * What /proc/cpuinfo says. Feature bits come from CPUID, which user code executes natively anyway:
 * the list must agree with what programs find out themselves.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <kern_util.h>
#include <os.h>
#include <shared/l4cpu.h>

long elf_aux_hwcap;

struct feature {
	unsigned int leaf;
	unsigned char reg, bit; /* reg: 0 eax, 1 ebx, 2 ecx, 3 edx */
	const char *name;
};

static const struct feature features[] = {
	{ 1, 3, 0, "fpu" },          { 1, 3, 4, "tsc" },
	{ 1, 3, 8, "cx8" },          { 1, 3, 15, "cmov" },
	{ 1, 3, 19, "clflush" },     { 1, 3, 23, "mmx" },
	{ 1, 3, 24, "fxsr" },        { 1, 3, 25, "sse" },
	{ 1, 3, 26, "sse2" },        { 1, 2, 0, "pni" },
	{ 1, 2, 1, "pclmulqdq" },    { 1, 2, 9, "ssse3" },
	{ 1, 2, 12, "fma" },         { 1, 2, 13, "cx16" },
	{ 1, 2, 19, "sse4_1" },      { 1, 2, 20, "sse4_2" },
	{ 1, 2, 22, "movbe" },       { 1, 2, 23, "popcnt" },
	{ 1, 2, 25, "aes" },         { 1, 2, 26, "xsave" },
	{ 1, 2, 28, "avx" },         { 1, 2, 29, "f16c" },
	{ 1, 2, 30, "rdrand" },      { 7, 1, 3, "bmi1" },
	{ 7, 1, 5, "avx2" },         { 7, 1, 8, "bmi2" },
	{ 7, 1, 16, "avx512f" },     { 7, 1, 18, "rdseed" },
	{ 7, 1, 19, "adx" },         { 7, 1, 29, "sha_ni" },
	{ 0x80000001, 3, 29, "lm" }, { 0x80000001, 2, 0, "lahf_lm" },
};

static void cpuid(unsigned int leaf, unsigned int r[4])
{
	asm volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(0));
}

const char *l4_cpu_vendor(void)
{
	static char vendor[13];
	unsigned int r[4];

	cpuid(0, r);
	memcpy(vendor, &r[1], 4);
	memcpy(vendor + 4, &r[3], 4);
	memcpy(vendor + 8, &r[2], 4);
	return vendor;
}

const char *l4_cpu_model(void)
{
	static unsigned int model[13];
	int i;

	for (i = 0; i < 3; i++)
		cpuid(0x80000002 + i, model + 4 * i);
	return (char *)model + strspn((char *)model, " ");
}

void get_host_cpu_features(void (*flags)(char *line), void (*cache)(char *line))
{
	static char line[512];
	char cache_line[] = "cache_alignment\t: 64";
	unsigned int r[4], leaf = 0;
	int i, n;

	cpuid(1, r);
	elf_aux_hwcap = r[3];
	n = scnprintf(line, sizeof(line), "flags:");
	for (i = 0; i < ARRAY_SIZE(features); i++) {
		/* one CPUID per leaf: on a virtual machine each costs microseconds */
		if (features[i].leaf != leaf)
			cpuid(leaf = features[i].leaf, r);
		if (r[features[i].reg] >> features[i].bit & 1)
			n += scnprintf(line + n, sizeof(line) - n, " %s", features[i].name);
	}
	flags(line);
	cache(cache_line);
}
