/* SPDX-License-Identifier: MIT */
/* Instructions that a program must not execute, and some with side effects it may not expect. */
#include "escape.h"

#include <stdint.h>

struct code {
	uint8_t length, bytes[8];
};

static const struct code privileged[INSTRUCTIONS_PRIVILEGED] = {
	{ 1, { 0xf4 } },                         /* hlt */
	{ 1, { 0xfa } },                         /* cli */
	{ 1, { 0xfb } },                         /* sti */
	{ 2, { 0x0f, 0x06 } },                   /* clts */
	{ 2, { 0x0f, 0x08 } },                   /* invd */
	{ 2, { 0x0f, 0x09 } },                   /* wbinvd */
	{ 2, { 0x0f, 0x30 } },                   /* wrmsr */
	{ 2, { 0x0f, 0x32 } },                   /* rdmsr */
	{ 2, { 0x0f, 0x33 } },                   /* rdpmc */
	{ 2, { 0x0f, 0x35 } },                   /* sysexit */
	{ 3, { 0x48, 0x0f, 0x35 } },             /* sysexitq */
	{ 2, { 0x0f, 0x07 } },                   /* sysret */
	{ 3, { 0x48, 0x0f, 0x07 } },             /* sysretq */
	{ 2, { 0x0f, 0xaa } },                   /* rsm */
	{ 3, { 0x0f, 0x01, 0xf8 } },             /* swapgs */
	{ 3, { 0x0f, 0x01, 0xd1 } },             /* xsetbv */
	{ 3, { 0x0f, 0x01, 0xca } },             /* clac */
	{ 3, { 0x0f, 0x01, 0xcb } },             /* stac */
	{ 3, { 0x0f, 0x01, 0xc8 } },             /* monitor */
	{ 3, { 0x0f, 0x01, 0xc9 } },             /* mwait */
	{ 3, { 0x0f, 0x01, 0xcf } },             /* encls */
	{ 3, { 0x0f, 0x01, 0x38 } },             /* invlpg (%rax) */
	{ 3, { 0x0f, 0x01, 0x10 } },             /* lgdt (%rax) */
	{ 3, { 0x0f, 0x01, 0x18 } },             /* lidt (%rax) */
	{ 3, { 0x0f, 0x00, 0xd0 } },             /* lldt %ax */
	{ 3, { 0x0f, 0x00, 0xd8 } },             /* ltr %ax */
	{ 3, { 0x0f, 0x01, 0xf0 } },             /* lmsw %ax */
	{ 3, { 0x0f, 0x20, 0xd8 } },             /* mov %cr3, %rax */
	{ 3, { 0x0f, 0x22, 0xd8 } },             /* mov %rax, %cr3 */
	{ 3, { 0x0f, 0x22, 0xe0 } },             /* mov %rax, %cr4 */
	{ 3, { 0x0f, 0x21, 0xf8 } },             /* mov %dr7, %rax */
	{ 3, { 0x0f, 0x23, 0xf8 } },             /* mov %rax, %dr7 */
	{ 3, { 0x0f, 0x23, 0xc0 } },             /* mov %rax, %dr0 */
	{ 1, { 0xec } },                         /* in (%dx), %al */
	{ 1, { 0xee } },                         /* out %al, (%dx) */
	{ 5, { 0x66, 0x0f, 0x38, 0x82, 0x00 } }, /* invpcid (%rax), %rax */
};

static const struct code odd[INSTRUCTIONS_ODD] = {
	{ 3, { 0x0f, 0x01, 0xef } },                   /* wrpkru: no key may be used */
	{ 6, { 0xc7, 0xf8, 0x00, 0x00, 0x00, 0x00 } }, /* xbegin, to the next instruction */
	{ 3, { 0x0f, 0x01, 0xd5 } },                   /* xend outside of a transaction */
	{ 3, { 0xc6, 0xf8, 0x01 } },                   /* xabort */
	{ 4, { 0xf3, 0x0f, 0xae, 0xf0 } },             /* umonitor %rax */
	{ 4, { 0xf2, 0x0f, 0xae, 0xf1 } },             /* umwait %ecx */
	{ 4, { 0x66, 0x0f, 0xae, 0xf1 } },             /* tpause %ecx */
	{ 4, { 0xf3, 0x0f, 0xc7, 0xf0 } },             /* senduipi %rax */
	{ 4, { 0xf3, 0x0f, 0x01, 0xef } },             /* stui */
	{ 4, { 0xf3, 0x0f, 0x01, 0xec } },             /* uiret */
	{ 3, { 0x0f, 0x01, 0xd7 } },                   /* enclu */
	{ 3, { 0x0f, 0x37, 0x90 } },                   /* getsec */
	{ 3, { 0x0f, 0x01, 0xdd } },                   /* clgi */
	{ 3, { 0x0f, 0x01, 0xd8 } },                   /* vmrun */
	{ 3, { 0x0f, 0x01, 0xc2 } },                   /* vmlaunch */
	{ 4, { 0x8c, 0xd0, 0x8e, 0xd0 } },             /* mov %ss, %eax; mov %eax, %ss */
	{ 3, { 0x0f, 0x01, 0xe0 } },                   /* smsw %eax */
	{ 3, { 0x0f, 0x01, 0x08 } },                   /* sidt (%rax) */
	{ 3, { 0x0f, 0x00, 0xc0 } },                   /* sldt %eax */
	{ 4, { 0xf3, 0x0f, 0xc7, 0xf8 } },             /* rdpid %rax */
};

/* The instruction, then a host call, with registers that make it as bad as it can be. */
static void run(const struct code *c)
{
	unsigned char *p = (unsigned char *)attempt_page;

	for (unsigned i = 0; i < c->length; i++)
		p[i] = c->bytes[i];
	p[c->length] = 0xc3;
	__asm__ volatile("call *%0"
			 :
			 : "r"(p), "a"(attempt_page + 256), "c"(0), "d"(0)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	attempt_result(STOP_HARMLESS, 0);
}

void instruction(l4_umword_t n)
{
	run(&privileged[n]);
}

/* With all memory locked away by protection keys the kernel must still be able to map. */
void instruction_odd(l4_umword_t n)
{
	if (n == 0) {
		unsigned char *p = (unsigned char *)attempt_page;

		p[0] = 0x0f;
		p[1] = 0x01;
		p[2] = 0xef;
		p[3] = 0x0f;
		p[4] = 0x05;
		p[5] = 0x0f;
		p[6] = 0x0b;
		__asm__ volatile("jmp *%0" : : "r"(p), "a"(0xffffffff), "c"(0), "d"(0) : "memory");
	}
	run(&odd[n]);
}
