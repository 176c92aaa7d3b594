/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * l4host: everything the guest Linux server needs from below, 26 calls and two upcalls.
 *
 * os-L4/ speaks only this interface. Two bottoms implement it: os-L4/l4/ with L4 system calls
 * (the real one) and os-L4/bare/ with raw host system calls (a test double that tells whether a
 * bug is in the Linux half or in the microkernel).
 *
 * Rule for callers: a call may use the thread's UTCB, so an interrupt upcall must not come
 * between composing and reading a message. The bottoms close the interrupt flag themselves.
 */
#ifndef L4HOST_H
#define L4HOST_H

/*
 * The page the bottom shares with us, at an address fixed at link time: the vCPU state area.
 * Linux's interrupt flag `signals_enabled` is a linker alias for its `state` word (vcpu_flag.S).
 * Linux declares that flag as int, the vCPU has two u16 there, state and saved_state: in kernel
 * mode saved_state is always 0, so an int load reads 0 or 1 and an int store keeps that.
 */
#define L4H_KU_BASE 0x5ff00000
#define L4H_VCPU_STATE (L4H_KU_BASE + 0x150)
#define L4H_VCPU_STICKY (L4H_KU_BASE + 0x154)

#ifndef __ASSEMBLY__

#include <linux/compiler.h>
#include <linux/types.h>
#include <sysdep/faultinfo.h>

#define l4h_irq_waiting() (READ_ONCE(*(unsigned short *)L4H_VCPU_STICKY) & 1)

/* Interrupt numbers: bits of the mask that l4h_irq_fetch and the upcall hand over. */
enum { L4H_IRQ_TIMER = 0, L4H_IRQ_CONSOLE = 1, L4H_IRQ_DEVICE = 2, L4H_IRQ_MAX = 64 };

/* 1 set-up: called once, first; sp is the stack pointer at program entry (argc, argv, auxv). */
void l4h_init(unsigned long *sp);

/* 2-4 text: the console, and the log for messages that are no console output. */
void l4h_con_write(const char *s, unsigned long n);
long l4h_con_read(char *s, unsigned long n);
void l4h_log_write(const char *s, unsigned long n);

/*
 * 5-7 time: ns since an arbitrary start; how user programs can compute the same (time stamp
 * counter * scaler >> 27; 0: they cannot); one absolute deadline, 0 = none.
 */
u64 l4h_clock_ns(void);
u64 l4h_clock_scaler(void);
void l4h_timer_set(u64 deadline_ns);

/* 8 the end, and a new beginning: returns where there is none */
void l4h_exit(int status) __attribute__((noreturn));
void l4h_restart(void);

/* 9-10 boot modules: handle or -ENOENT; bytes read or -errno. */
long l4h_module_find(const char *name, unsigned long *size);
long l4h_module_read(long handle, unsigned long offset, void *buf, unsigned long n);

/* 11-13 own memory: RAM at `ram`; a second mapping of RAM at va (vmalloc). */
int l4h_ram_init(unsigned long ram, unsigned long size);
int l4h_ram_map(unsigned long va, unsigned long offset, unsigned long len);
int l4h_ram_unmap(unsigned long va, unsigned long len);

/*
 * 14-16 interrupts; all three are called with the interrupt flag off. Fetch: what is queued, and
 * what ended the last l4h_resume with L4H_IRQ; does not wait.
 */
u64 l4h_irq_fetch(void);
/* idle: the same, but sleep while nothing is queued; before, ring a device's bell (-1: none) */
u64 l4h_irq_wait(int bell);
void l4h_irq_ack(int irq);

/* 17-19 user address spaces */
#define L4H_R 4
#define L4H_W 2
#define L4H_X 1
struct l4h_range {
	unsigned long start, end; /* bytes, page aligned */
	unsigned int rights;      /* what to take away */
};
struct l4h_item {
	unsigned long va, ram; /* one page: user address, our address of the frame */
	unsigned int rights;
};
#define L4H_MAX_ITEMS 30

int l4h_task_create(void); /* handle >= 2 or -errno */
void l4h_task_destroy(int task);
int l4h_task_revoke(int task, const struct l4h_range *r, int n);

/*
 * 20 run user code: map the items, load gp (struct user_regs_struct order) and run until
 * something happens. Called and returns with the interrupt flag off. After L4H_SYSCALL ip is behind
 * the instruction and orig_ax the number.
 */
enum l4h_event { L4H_SYSCALL, L4H_SYSCALL_PARTIAL, L4H_TRAP, L4H_IRQ, L4H_FAILED };
int l4h_resume(int task, unsigned long *gp, struct faultinfo *fi, const struct l4h_item *items,
	       int n);

/*
 * After L4H_SYSCALL_PARTIAL gp has number, arguments and ip only; the rest is still in the task.
 * Either answer the call: as resume, with nothing but the result in gp; L4H_FAILED: it has to be
 * done the other way. Or get all registers, with the result kept as it is, for whatever comes
 * next: 0, or a negative error when they are lost. The latter is called at any time.
 */
int l4h_answer(int task, unsigned long *gp, struct faultinfo *fi);
int l4h_call_registers(int task, unsigned long *gp);

/*
 * and its vector state, which stays live in the task between two runs: save to and/or load from
 * memory (either may be NULL), standard XSAVE format, `size` bytes.
 */
int l4h_fpu_move(int task, void *save, const void *load, unsigned long size);

/*
 * 21-23 devices, numbered from 0 (l4/abi/virtio.h). Open: the address of the configuration page,
 * NULL when there is no device or it cannot be used; its interrupt is L4H_IRQ_DEVICE + n, the
 * addresses it understands are offsets in RAM.
 */
int l4h_device_count(void);
void *l4h_device_open(int n);
void l4h_device_ring(int n);

/*
 * 23 memory of a device, at an address of its configuration page: where we have it now, NULL when
 * it cannot be had. A page, or multiples of a large page (2 MiB).
 */
void *l4h_device_memory(unsigned long io, unsigned long size);

/* Upcalls. l4_irq_upcall: in kernel mode, at any instruction, interrupt flag off on entry. */
void l4_irq_upcall(u64 mask);
/* A fault in kernel mode; may change gp (fixups). Runs on the faulting stack. */
void l4_kernel_fault(unsigned long *gp, struct faultinfo *fi);

#endif
#endif
