/* SPDX-License-Identifier: MIT */
/*
 * The attempts. Each runs in a task of its own, in which only attempt_page can be written. The
 * host system calls they try would leave a trace: a directory, a process, a mapping, an exit.
 */
#include "escape.h"

#include <l4/sys/consts.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>

#define SYS32_MKDIR 39UL

const char escape_path[] = "/tmp/l4ux-escaped";
#define path escape_path

__asm__(".text\n"
	".globl attempt_entry\n"
	"attempt_entry:\n"
	"	mov (%rsp), %rax\n"
	"	mov 8(%rsp), %rdi\n"
	"	and $-16, %rsp\n"
	"	call *%rax\n"
	"	xor %edi, %edi\n"
	"	call attempt_result\n"
	"	ud2\n");

void attempt_result(l4_umword_t stop, l4_umword_t value)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] = stop;
	mr[1] = value;
	l4_ipc_call(L4_BASE_PAGER_CAP, l4_utcb(), l4_msgtag(ATTEMPT_RESULT, 2, 0, 0), L4_IPC_NEVER);
}

/* All arguments of a host call at once; for an L4 call it is an invalid capability or none. */
static void host_syscall(l4_umword_t nr)
{
	l4_umword_t r = nr;
	register l4_umword_t r10 __asm__("r10") = 0x32, r8 __asm__("r8") = ~0UL,
				 r9 __asm__("r9") = 0;

	__asm__ volatile("syscall"
			 : "+a"(r)
			 : "D"(nr == SYS_MMAP ? (l4_umword_t)0x50000000 : (l4_umword_t)path),
			   "S"(0x1000UL), "d"(7UL), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "r15", "memory");
	attempt_result(STOP_CALL, r);
}

static void int80(l4_umword_t nr)
{
	l4_umword_t r = nr;

	__asm__ volatile("int $0x80"
			 : "+a"(r)
			 : "b"(path), "c"(0777)
			 : "memory", "r8", "r9", "r10", "r11");
	attempt_result(0, r);
}

/* The return address in rcx: it looks like a `syscall` afterwards. */
static void int80_disguised(l4_umword_t nr)
{
	l4_umword_t r = nr;

	__asm__ volatile("lea 1f(%%rip), %%rcx; int $0x80; 1:"
			 : "+a"(r)
			 : "b"(path), "d"(0UL), "S"(0UL)
			 : "rcx", "memory", "r8", "r9", "r10", "r11");
	attempt_result(STOP_CALL, r);
}

static void sysenter(l4_umword_t nr)
{
	l4_umword_t r = nr;

	__asm__ volatile("mov %%rsp, %%rbp; sysenter" : "+a"(r) : "b"(path), "c"(0777) : "memory");
	attempt_result(0, r);
}

/* 32-bit code in the low two gigabytes; @arg picks its entry instruction. */
static void compat(l4_umword_t arg)
{
	static const unsigned char code[] = {
		0xb8, 39,   0,    0,    0,    /* mov $mkdir, %eax */
		0xbb, 0,    0,    0,    0,    /* mov $path, %ebx */
		0xb9, 0xff, 1,    0,    0,    /* mov $0777, %ecx */
		0,    0,    0x90, 0x0f, 0x0b, /* entry, nop, ud2 */
	};
	unsigned char *p = (unsigned char *)attempt_page;
	struct {
		unsigned offset;
		unsigned short selector;
	} target = { (unsigned)(l4_addr_t)p, 0x23 };

	for (unsigned i = 0; i < sizeof(code); i++)
		p[i] = code[i];
	*(unsigned *)(p + 6) = (unsigned)(l4_addr_t)path;
	p[15] = arg >> 8;
	p[16] = arg;
	__asm__ volatile("ljmpl *%0" : : "m"(target) : "memory");
}

void attempt_jump(l4_umword_t to)
{
	/* Registers as a stub would like them: mmap of the frame file over our own page. */
	__asm__ volatile("mov %0, %%r11; mov $9, %%eax; mov $0x50000000, %%edi; mov $0x1000, %%esi;"
			 "mov $7, %%edx; mov $0x11, %%r10d; mov $5, %%r8d; xor %%r9d, %%r9d;"
			 "mov %1, %%r12; mov $1, %%r13d; xor %%r14d, %%r14d; xor %%ebx, %%ebx;"
			 "xor %%ebp, %%ebp; jmp *%%r11"
			 :
			 : "r"(to), "r"((l4_umword_t)attempt_page)
			 : "memory");
}

/* Every byte of the stub's code as an entry, with registers for an own table of operations. */
void attempt_stub(l4_umword_t offset)
{
	l4_umword_t *op = (l4_umword_t *)attempt_page;

	op[0] = SYS_CLONE;
	op[1] = 17;
	attempt_jump(STUB + offset);
}

static void store(l4_umword_t to)
{
	*(volatile char *)to = 0;
	attempt_result(0, to);
}

/* Stub and kernel addresses as destination of a mapping. */
static void map_over(l4_umword_t to)
{
	l4_msgtag_t tag = l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
				      l4_fpage((l4_addr_t)attempt_page, L4_PAGESHIFT, L4_FPAGE_RWX),
				      l4_map_control(to, 0, L4_MAP_ITEM_MAP));

	(void)tag;
	attempt_jump(STUB_CALL);
}

static void unmap_all(l4_umword_t order)
{
	l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(STUB & ~((1UL << order) - 1), order, L4_FPAGE_RWX),
		      L4_FP_ALL_SPACES);
	attempt_jump(STUB_CALL);
}

static void flags(l4_umword_t value)
{
	__asm__ volatile("push %0; popfq; mov $83, %%eax; mov $0, %%edx; syscall; ud2"
			 :
			 : "r"(value), "D"(path), "S"(0777UL)
			 : "memory", "rcx", "r11");
}

static void stack_at(l4_umword_t sp)
{
	__asm__ volatile("mov %0, %%rsp; mov $83, %%eax; xor %%edx, %%edx; syscall; pop %%rax; ud2"
			 :
			 : "r"(sp), "D"(path), "S"(0777UL)
			 : "memory", "rcx", "r11");
}

static void gs_base(l4_umword_t base)
{
	__asm__ volatile(
		"wrgsbase %0; mov $83, %%eax; xor %%edx, %%edx; syscall; mov %%gs:0, %%rax; ud2"
		:
		: "r"(base), "D"(path), "S"(0777UL)
		: "memory", "rcx", "r11");
}

static void fs_base(l4_umword_t base)
{
	__asm__ volatile(
		"wrfsbase %0; mov $83, %%eax; xor %%edx, %%edx; syscall; mov %%fs:0, %%rax; ud2"
		:
		: "r"(base), "D"(path), "S"(0777UL)
		: "memory", "rcx", "r11");
}

static void selectors(l4_umword_t value)
{
	__asm__ volatile("mov %0, %%fs; mov %0, %%gs; mov %0, %%ds; mov %0, %%es; mov $83, %%eax;"
			 "xor %%edx, %%edx; syscall; ud2"
			 :
			 : "r"(value), "D"(path), "S"(0777UL)
			 : "memory", "rcx", "r11");
}

/* int N for every N: the number is in the code. */
static void interrupt(l4_umword_t n)
{
	unsigned char *p = (unsigned char *)attempt_page;

	p[0] = 0xcd;
	p[1] = n;
	p[2] = 0x0f;
	p[3] = 0x0b;
	attempt_jump((l4_umword_t)p);
}

/* An instruction across the end of executable memory: must be a fault and not a loop. */
static void straddle(l4_umword_t prefix)
{
	unsigned char *p = (unsigned char *)attempt_page + L4_PAGESIZE - 1;

	p[0] = prefix;
	p[1] = 0x90;
	l4_task_unmap(L4_BASE_TASK_CAP,
		      l4_fpage((l4_addr_t)attempt_page + L4_PAGESIZE, L4_PAGESHIFT, L4_FPAGE_X),
		      L4_FP_ALL_SPACES);
	attempt_jump((l4_umword_t)p);
}

void attempt_touch(l4_umword_t arg)
{
	for (l4_umword_t at = TOUCH_START; at < TOUCH_END; at += L4_PAGESIZE)
		arg += *(const volatile char *)at;
	attempt_result(STOP_HARMLESS, arg);
}

/* Single steps into the stub: the trap flag must not show what the kernel does there. */
static void stub_step(l4_umword_t offset)
{
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; jmp *%0"
			 :
			 : "r"(STUB + offset), "a"(SYS_CLONE), "D"(17UL)
			 : "memory", "cc");
}

/* A debug trap that is held back until after the `syscall`. */
static void step_behind_ss(l4_umword_t nr)
{
	__asm__ volatile("mov %%ss, %%ecx; pushfq; orl $0x100, (%%rsp); popfq; mov %%ecx, %%ss;"
			 "syscall; ud2"
			 :
			 : "a"(nr), "D"(path), "S"(0777UL), "d"(0UL)
			 : "memory", "rcx", "r11");
}

/* A `syscall` whose next instruction would be the stub's first. */
static void syscall_before_stub(l4_umword_t nr)
{
	unsigned char *p = (unsigned char *)attempt_page;

	p[L4_PAGESIZE - 2] = 0x0f;
	p[L4_PAGESIZE - 1] = 0x05;
	l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
		    l4_fpage((l4_addr_t)attempt_page, L4_PAGESHIFT, L4_FPAGE_RWX),
		    l4_map_control(STUB - L4_PAGESIZE, 0, L4_MAP_ITEM_MAP));
	__asm__ volatile("jmp *%0"
			 :
			 : "r"(STUB - 2), "a"(nr), "D"(path), "S"(0777UL), "d"(0UL)
			 : "memory", "rcx", "r11");
}

#include "table.h"
