/* SPDX-License-Identifier: MIT */
/* Far jumps, calls and returns: to 32-bit code, to the host's segments, through gates. */
#include "escape.h"

static unsigned char *code(void)
{
	unsigned char *p = (unsigned char *)attempt_page;

	p[0] = 0x0f; /* syscall */
	p[1] = 0x05;
	p[2] = 0x0f; /* ud2 */
	p[3] = 0x0b;
	return p;
}

struct __attribute__((packed)) far64 {
	l4_umword_t offset;
	unsigned short selector;
};

struct far32 {
	unsigned offset;
	unsigned short selector;
};

void far_jump64(l4_umword_t selector)
{
	struct far64 target = { (l4_umword_t)code(), selector };

	__asm__ volatile("rex.W ljmp *%0"
			 :
			 : "m"(target), "a"(SYS_MKDIR), "D"(escape_path), "S"(0777UL), "d"(0UL)
			 : "memory");
}

void far_call(l4_umword_t selector)
{
	struct far32 target = { (unsigned)(l4_umword_t)code(), selector };

	__asm__ volatile("lcall *%0"
			 :
			 : "m"(target), "a"(SYS_MKDIR), "D"(escape_path), "S"(0777UL), "d"(0UL)
			 : "memory");
}

void far_return(l4_umword_t selector)
{
	__asm__ volatile("push %0; push %1; lretq"
			 :
			 : "r"(selector), "r"((l4_umword_t)code()), "a"(SYS_MKDIR),
			   "D"(escape_path), "S"(0777UL), "d"(0UL)
			 : "memory");
}

void far_iret_flags(l4_umword_t flags)
{
	__asm__ volatile("mov %%rsp, %%rcx; push $0x2b; push %%rcx; push %0; push $0x33; push %1;"
			 "iretq"
			 :
			 : "r"(flags), "r"((l4_umword_t)code()), "a"(SYS_MKDIR), "D"(escape_path),
			   "S"(0777UL), "d"(0UL)
			 : "memory", "rcx");
}

/* To 32-bit code and back by far jumps, then a 64-bit host call (what Fiasco-UX let through). */
void far_there_and_back(l4_umword_t nr)
{
	unsigned char *p = (unsigned char *)attempt_page;
	unsigned char *back = p + 64;
	struct far32 target = { (unsigned)(l4_umword_t)p, 0x23 };

	p[0] = 0xea; /* ljmp $0x33, $back */
	*(unsigned *)(p + 1) = (unsigned)(l4_umword_t)back;
	*(unsigned short *)(p + 5) = 0x33;
	back[0] = 0x0f;
	back[1] = 0x05;
	back[2] = 0x0f;
	back[3] = 0x0b;
	__asm__ volatile("ljmpl *%0"
			 :
			 : "m"(target), "a"(nr), "D"(escape_path), "S"(0777UL), "d"(0UL)
			 : "memory");
}

void far_iret(l4_umword_t selector)
{
	__asm__ volatile("push $0x2b; push $0x10000; pushfq; push %0; push %1; iretq"
			 :
			 : "r"(selector), "r"((l4_umword_t)attempt_page)
			 : "memory");
}
