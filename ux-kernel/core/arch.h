/* SPDX-License-Identifier: MIT */
/*
 * What the core needs from the machine below it. On the host engine/ and host/ implement it;
 * the unit tests implement it with arrays. The core calls nothing else of the outside world.
 *
 * All functions are called from the kernel's one thread while no guest code runs.
 */
#ifndef CORE_ARCH_H
#define CORE_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault_plan;
struct kobj;
struct mapping;
struct space;
struct thread;

/* Creates / destroys the hardware-side address space. init: 0 or a negative l4_error_code. */
int arch_space_init(struct space *s);
void arch_space_fini(struct space *s);

/*
 * The machine's TLB for @s. map is a hint: the mapping is new or has new rights. unmap and protect
 * are orders that hold before any thread of @s runs again; what they name need not be in the TLB.
 * @va aligned to 2^@order bytes; @rights L4_FPAGE_* bits that remain. The machine sets the access
 * flags of mappings; after clearing one, unmap makes it look again.
 */
void arch_tlb_map(struct space *s, struct mapping *m);
void arch_tlb_unmap(struct space *s, uint64_t va, unsigned order);
void arch_tlb_protect(struct space *s, uint64_t va, unsigned order, unsigned rights);

/* Forgets all of @s; an order like unmap. */
void arch_tlb_flush(struct space *s);

/*
 * Devices. bind: @device sees exactly what is mapped in the DMA space @s, whose changes arrive by
 * arch_tlb_*, or nothing (NULL). doorbell: the driver has something for it.
 */
void arch_dma_bind(unsigned device, struct space *s);
void arch_doorbell(unsigned device);

/* Machine-side part of a thread. init happens at binding to a task: 0 or -L4_ENOMEM. */
int arch_thread_init(struct thread *t);
void arch_thread_fini(struct thread *t);

/*
 * Vector state of @t where it runs in @s. @save and @load are kernel pointers or NULL; @load ==
 * ARCH_FPU_INIT loads the initial state. Both areas are arch_fpu_size() bytes. 0 or -L4_EINVAL
 * for a malformed area.
 */
#define ARCH_FPU_INIT ((const void *)1)
size_t arch_fpu_size(void);
int arch_fpu(struct thread *t, struct space *s, void *save, const void *load);

/*
 * Whether @t, where it runs in @s, has stopped for a system call, about which the kernel may not
 * have been told. arch_user_call: it has, and is in user mode there; loads its registers and lets
 * the kernel handle the call.
 */
bool arch_user_is_at_call(const struct thread *t, const struct space *s);
void arch_user_call(struct thread *t);

/*
 * Kernel-user memory: @pages zeroed, contiguous pages that kernel and task share. Returns the
 * kernel's pointer and in @pa the frame address to put into mappings; NULL: out of memory.
 */
void *arch_ku_alloc(unsigned pages, uint64_t *pa);
void arch_ku_free(void *kernel, unsigned pages);

/* System clock in microseconds, and the next time arch must call timer_expire(). */
uint64_t arch_now(void);
uint64_t arch_now_ns(void); /* the same clock, for event.h */
void arch_timer_set(uint64_t deadline_us);
#define ARCH_TIMER_NEVER UINT64_MAX

/*
 * Console (Log object) and simulator log (Debugger object). read: bytes taken; @more: others
 * wait.
 */
void arch_console_write(const char *buf, size_t len);
size_t arch_console_read(char *buf, size_t len, bool *more);

/* The terminal at the console is to behave like this: L4_VCON_* flags of the log. */
void arch_console_modes(uint64_t input, uint64_t local);
void arch_debug_write(const char *buf, size_t len);

/* Fault injection: the byte of RAM at frame address @pa, to be changed; NULL: there is none. */
unsigned char *arch_ram(uint64_t pa);

/* Fault injection: @p has struck @victim, which may be NULL. @detail: bit, time, as it has it. */
void arch_fault_report(const struct fault_plan *p, const struct kobj *victim, uint64_t detail);

/* Fault injection: @us of simulated time pass at once. */
void arch_time_jump(uint64_t us);

/* @t raised an exception nobody handles, or lost its pager: it will never run again. */
void arch_thread_stuck(struct thread *t);

/* Ends the system with an exit status after the current kernel entry. */
void arch_shutdown(int status);

/* The same, and starts it anew. false: that is not wanted, nothing has happened. */
bool arch_restart(void);

/* Heap. Returns zeroed memory or NULL. */
void *arch_alloc(size_t size);
void arch_free(void *p);

#endif
