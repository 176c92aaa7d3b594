// SPDX-License-Identifier: MIT
/* The machine below the core, in arrays. */
#include "fake_arch.h"

#include "core/arch.h"
#include "core/entry.h"
#include "core/fault.h"
#include "core/mapdb.h"
#include "core/thread.h"

#include <stdlib.h>
#include <string.h>

struct fake_arch fake;

void fake_reset(void)
{
	fake = (struct fake_arch){ .now = 1000, .shutdown = -1 };
}

int arch_space_init(struct space *s)
{
	s->arch = NULL;
	return 0;
}

void arch_space_fini(struct space *s)
{
	s->arch = NULL;
}

void arch_tlb_map(struct space *s, struct mapping *m)
{
	(void)s, (void)m;
	fake.tlb_maps++;
}

void arch_tlb_unmap(struct space *s, uint64_t va, unsigned order)
{
	(void)s, (void)va, (void)order;
	fake.tlb_unmaps++;
}

void arch_tlb_protect(struct space *s, uint64_t va, unsigned order, unsigned rights)
{
	(void)s, (void)va, (void)order, (void)rights;
	fake.tlb_protects++;
}

void arch_tlb_flush(struct space *s)
{
	(void)s;
	fake.tlb_flushes++;
}

void arch_entry(enum entry_kind kind, const struct thread *t, uint64_t a, uint64_t b)
{
	(void)kind, (void)t, (void)a, (void)b;
	fake.entries++;
}

void arch_dma_bind(unsigned device, struct space *s)
{
	fake.dma[device % 4] = s;
}

void arch_doorbell(unsigned device)
{
	(void)device;
	fake.doorbells++;
}

int arch_thread_init(struct thread *t)
{
	(void)t;
	return 0;
}

void arch_thread_fini(struct thread *t)
{
	(void)t;
}

size_t arch_fpu_size(void)
{
	return 832;
}

int arch_fpu(struct thread *t, struct space *s, void *save, const void *load)
{
	(void)t, (void)s, (void)load;
	if (save)
		memset(save, 0x5a, arch_fpu_size());
	return 0;
}

bool arch_user_is_at_call(const struct thread *t, const struct space *s)
{
	(void)t, (void)s;
	return fake.user_at_call;
}

void arch_user_call(struct thread *t)
{
	t->regs.ip = 0x4446;
	t->regs.rbx = 88;
	fault_syscall(t);
}

void *arch_ku_alloc(unsigned pages, uint64_t *pa)
{
	*pa = 1ULL << 60;
	fake.ku_pages += pages;
	return calloc(pages, 4096);
}

void arch_ku_free(void *kernel, unsigned pages)
{
	fake.ku_pages -= pages;
	free(kernel);
}

uint64_t arch_now_ns(void)
{
	return arch_now() * 1000;
}

uint64_t arch_now(void)
{
	return fake.now;
}

void arch_timer_set(uint64_t deadline_us)
{
	(void)deadline_us;
}

void arch_console_write(const char *buf, size_t len)
{
	if (len > sizeof(fake.console) - fake.console_len)
		len = sizeof(fake.console) - fake.console_len;
	memcpy(fake.console + fake.console_len, buf, len);
	fake.console_len += len;
}

void arch_console_modes(uint64_t input, uint64_t local)
{
	fake.input_modes = input;
	fake.local_modes = local;
}

size_t arch_console_read(char *buf, size_t len, bool *more)
{
	const char *in = fake.input ? fake.input : "";
	size_t n = strnlen(in, len);

	memcpy(buf, in, n);
	fake.input = in + n;
	*more = in[n];
	return n;
}

void arch_debug_write(const char *buf, size_t len)
{
	(void)buf, (void)len;
}

unsigned char *arch_ram(uint64_t pa)
{
	return pa < sizeof(fake.ram) ? &fake.ram[pa] : NULL;
}

void arch_fault_report(const struct fault_plan *p, const struct kobj *victim, uint64_t detail)
{
	(void)p, (void)victim;
	fake.fault_detail = detail;
}

void arch_time_jump(uint64_t us)
{
	fake.now += us;
}

void arch_thread_stuck(struct thread *t)
{
	(void)t;
	fake.stuck++;
}

bool arch_restart(void)
{
	return false;
}

void arch_shutdown(int status)
{
	fake.shutdown = status;
}

void *arch_alloc(size_t size)
{
	if (fake.fail_alloc_in && !--fake.fail_alloc_in)
		return NULL;
	fake.heap_blocks++;
	return calloc(1, size);
}

void arch_free(void *p)
{
	if (p)
		fake.heap_blocks--;
	free(p);
}
