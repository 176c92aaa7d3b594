// SPDX-License-Identifier: MIT
/* Registers in gdb's order, and its description of them. */
#define _GNU_SOURCE
#include "gdb.h"

#include "../core/arch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GENERAL 16U
#define RIP 16U
#define EFLAGS 17U
#define SEGMENTS 18U /* six */
#define ST 24U       /* eight */
#define FCTRL 32U    /* eight words of the x87 */
#define XMM 40U      /* sixteen */
#define MXCSR 56U
#define FS_BASE 57U
#define GS_BASE 58U

#define XSAVE_ST 32U
#define XSAVE_XMM 160U
#define XSAVE_MXCSR 24U
#define XSAVE_HEADER 512U
#define XSAVE_LEGACY 3U /* x87 and SSE are in the area */

static size_t width(unsigned n)
{
	return n <= RIP       ? 8
	       : n < ST       ? 4
	       : n < FCTRL    ? 10
	       : n < XMM      ? 4
	       : n < MXCSR    ? 16
	       : n == MXCSR   ? 4
	       : n <= GS_BASE ? 8
			      : 0;
}

size_t gdb_register_place(unsigned n, size_t *at)
{
	*at = 0;
	for (unsigned i = 0; i < n && i < GDB_REGISTERS; i++)
		*at += width(i);
	return width(n);
}

static void put(unsigned char *buf, unsigned n, uint64_t value)
{
	size_t at, len = gdb_register_place(n, &at);

	memcpy(buf + at, &value, len < 8 ? len : 8);
}

static uint64_t get(const unsigned char *buf, unsigned n)
{
	size_t at, len = gdb_register_place(n, &at);
	uint64_t value = 0;

	memcpy(&value, buf + at, len < 8 ? len : 8);
	return value;
}

/* In gdb's order. */
static l4_umword_t *general(l4_exc_regs_t *r, unsigned n)
{
	l4_umword_t *const reg[] = { &r->rax, &r->rbx, &r->rcx, &r->rdx, &r->rsi, &r->rdi,
				     &r->rbp, &r->sp,  &r->r8,  &r->r9,  &r->r10, &r->r11,
				     &r->r12, &r->r13, &r->r14, &r->r15, &r->ip };

	return reg[n];
}

static void put_frame(unsigned char *buf, l4_exc_regs_t *r)
{
	const unsigned segment[] = { r->cs, r->ss, r->ds, r->es, r->fs, r->gs };

	for (unsigned i = 0; i <= RIP; i++)
		put(buf, i, *general(r, i));
	put(buf, EFLAGS, r->flags);
	for (unsigned i = 0; i < 6; i++)
		put(buf, SEGMENTS + i, segment[i]);
	put(buf, FS_BASE, r->fs_base);
	put(buf, GS_BASE, r->gs_base);
}

static uint16_t half(const unsigned char *p)
{
	return p[0] | p[1] << 8;
}

/* The tag word as the x87 shows it; XSAVE keeps one bit for each register. */
static uint64_t full_tags(unsigned char tags)
{
	uint64_t full = 0;

	for (unsigned i = 0; i < 8; i++)
		full |= (tags >> i & 1 ? 0UL : 3UL) << 2 * i;
	return full;
}

static void put_vector(unsigned char *buf, const unsigned char *x)
{
	size_t at;
	uint32_t mxcsr;

	for (unsigned i = 0; i < 8; i++) {
		gdb_register_place(ST + i, &at);
		memcpy(buf + at, x + XSAVE_ST + 16UL * i, 10);
	}
	put(buf, FCTRL, half(x));
	put(buf, FCTRL + 1, half(x + 2));
	put(buf, FCTRL + 2, full_tags(x[4]));
	put(buf, FCTRL + 7, half(x + 6));
	for (unsigned i = 0; i < 16; i++) {
		gdb_register_place(XMM + i, &at);
		memcpy(buf + at, x + XSAVE_XMM + 16UL * i, 16);
	}
	memcpy(&mxcsr, x + XSAVE_MXCSR, 4);
	put(buf, MXCSR, mxcsr);
}

static void get_vector(const unsigned char *buf, unsigned char *x)
{
	size_t at;
	uint16_t control = get(buf, FCTRL);
	uint32_t mxcsr = get(buf, MXCSR);
	uint64_t present;

	for (unsigned i = 0; i < 8; i++) {
		gdb_register_place(ST + i, &at);
		memcpy(x + XSAVE_ST + 16UL * i, buf + at, 10);
	}
	memcpy(x, &control, 2);
	for (unsigned i = 0; i < 16; i++) {
		gdb_register_place(XMM + i, &at);
		memcpy(x + XSAVE_XMM + 16UL * i, buf + at, 16);
	}
	memcpy(x + XSAVE_MXCSR, &mxcsr, 4);
	memcpy(&present, x + XSAVE_HEADER, 8);
	present |= XSAVE_LEGACY;
	memcpy(x + XSAVE_HEADER, &present, 8);
}

/*
 * Where there is no live register: a thread in user mode of a vCPU will come back at its upcall
 * handler; a guest process had what it had when it was last left.
 */
static void stored_frame(const struct gdb_thread *t, l4_exc_regs_t *r)
{
	*r = (l4_exc_regs_t){ 0 };
	if (list_empty(&t->inf->task->threads)) {
		*r = t->inf->last;
		return;
	}
	list_for_each(it, &t->inf->task->threads) {
		const struct thread *own = list_entry(it, struct thread, task_link);

		if (own->obj.id != t->tid || !own->vcpu.state)
			continue;
		r->ip = own->vcpu.state->entry_ip;
		r->sp = own->vcpu.state->entry_sp;
	}
}

bool gdb_registers_read(const struct gdb_thread *t, unsigned char buf[GDB_REGISTER_BYTES])
{
	struct thread *live = gdb_thread_live(t);
	size_t size = arch_fpu_size();
	unsigned char *x = live && size >= XSAVE_HEADER ? aligned_alloc(64, (size + 63) & ~63UL)
							: NULL;
	l4_exc_regs_t r;

	memset(buf, 0, GDB_REGISTER_BYTES);
	if (live)
		r = live->regs;
	else
		stored_frame(t, &r);
	put_frame(buf, &r);
	if (x && !arch_fpu(live, &thread_where(live)->space, x, NULL))
		put_vector(buf, x);
	free(x);
	return true;
}

static bool write_vector(struct thread *live, const unsigned char *buf)
{
	size_t size = arch_fpu_size();
	unsigned char *x = aligned_alloc(64, (size + 63) & ~63UL);
	struct space *s = &thread_where(live)->space;
	bool good = x && !arch_fpu(live, s, x, NULL);

	if (good) {
		get_vector(buf, x);
		good = !arch_fpu(live, s, NULL, x);
	}
	free(x);
	return good;
}

bool gdb_registers_write(const struct gdb_thread *t, const unsigned char buf[GDB_REGISTER_BYTES])
{
	struct thread *live = gdb_thread_live(t);
	unsigned char old[GDB_REGISTER_BYTES];
	size_t at, end;

	if (!live || !gdb_registers_read(t, old))
		return false;
	gdb_register_place(ST, &at);
	gdb_register_place(FS_BASE, &end);
	if (memcmp(old + at, buf + at, end - at) != 0 && !write_vector(live, buf))
		return false;
	for (unsigned i = 0; i <= RIP; i++)
		*general(&live->regs, i) = get(buf, i);
	/* What a program can set itself; selectors stay. */
	live->regs.flags = (live->regs.flags & ~0xdd5UL) | (get(buf, EFLAGS) & 0xdd5UL);
	live->regs.fs_base = get(buf, FS_BASE);
	live->regs.gs_base = get(buf, GS_BASE);
	return true;
}

char *gdb_target_xml(void)
{
	static const char *const core[] = {
		"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
		"r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"
	};
	static const char *const word[] = { "cs", "ss", "ds", "es", "fs", "gs" };
	static const char *const x87[] = { "fctrl", "fstat", "ftag",  "fiseg",
					   "fioff", "foseg", "fooff", "fop" };
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fputs("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
	      "<architecture>i386:x86-64</architecture><feature name=\"org.gnu.gdb.i386.core\">",
	      f);
	for (unsigned i = 0; i < GENERAL; i++)
		fprintf(f, "<reg name=\"%s\" bitsize=\"64\" type=\"%s\"/>", core[i],
			i == 6 || i == 7 ? "data_ptr" : "int64");
	fputs("<reg name=\"rip\" bitsize=\"64\" type=\"code_ptr\"/>"
	      "<reg name=\"eflags\" bitsize=\"32\" type=\"int32\"/>",
	      f);
	for (unsigned i = 0; i < 6; i++)
		fprintf(f, "<reg name=\"%s\" bitsize=\"32\" type=\"int32\"/>", word[i]);
	for (unsigned i = 0; i < 8; i++)
		fprintf(f, "<reg name=\"st%u\" bitsize=\"80\" type=\"i387_ext\"/>", i);
	for (unsigned i = 0; i < 8; i++)
		fprintf(f, "<reg name=\"%s\" bitsize=\"32\" type=\"int\" group=\"float\"/>",
			x87[i]);
	fputs("</feature><feature name=\"org.gnu.gdb.i386.sse\">"
	      "<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>"
	      "<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>"
	      "<vector id=\"v16i8\" type=\"int8\" count=\"16\"/>"
	      "<vector id=\"v8i16\" type=\"int16\" count=\"8\"/>"
	      "<vector id=\"v4i32\" type=\"int32\" count=\"4\"/>"
	      "<vector id=\"v2i64\" type=\"int64\" count=\"2\"/>"
	      "<union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/>"
	      "<field name=\"v2_double\" type=\"v2d\"/><field name=\"v16_int8\" type=\"v16i8\"/>"
	      "<field name=\"v8_int16\" type=\"v8i16\"/><field name=\"v4_int32\" type=\"v4i32\"/>"
	      "<field name=\"v2_int64\" type=\"v2i64\"/><field name=\"uint128\" type=\"uint128\"/>"
	      "</union>",
	      f);
	for (unsigned i = 0; i < 16; i++)
		fprintf(f, "<reg name=\"xmm%u\" bitsize=\"128\" type=\"vec128\"/>", i);
	fputs("<reg name=\"mxcsr\" bitsize=\"32\" type=\"int\" group=\"vector\"/></feature>"
	      "<feature name=\"org.gnu.gdb.i386.segments\">"
	      "<reg name=\"fs_base\" bitsize=\"64\" type=\"int\"/>"
	      "<reg name=\"gs_base\" bitsize=\"64\" type=\"int\"/></feature></target>",
	      f);
	return fclose(f) ? NULL : text;
}
