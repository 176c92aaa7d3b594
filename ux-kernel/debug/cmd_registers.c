// SPDX-License-Identifier: MIT
/* Monitor: registers. */
#include "../core/thread.h"
#include "command.h"

json_t *command_registers(const json_t *args, struct command_error *err)
{
	struct kobj *o = command_object(args, "thread", KOBJ_THREAD, err);
	const l4_exc_regs_t *r;
	json_t *j;

	if (!o)
		return NULL;
	r = &thread_of(o)->regs;
	const struct {
		const char *name;
		uint64_t value;
	} reg[] = {
		{ "rax", r->rax },
		{ "rbx", r->rbx },
		{ "rcx", r->rcx },
		{ "rdx", r->rdx },
		{ "rsi", r->rsi },
		{ "rdi", r->rdi },
		{ "rbp", r->rbp },
		{ "rsp", r->sp },
		{ "r8", r->r8 },
		{ "r9", r->r9 },
		{ "r10", r->r10 },
		{ "r11", r->r11 },
		{ "r12", r->r12 },
		{ "r13", r->r13 },
		{ "r14", r->r14 },
		{ "r15", r->r15 },
		{ "rip", r->ip },
		{ "eflags", r->flags },
		{ "fs_base", r->fs_base },
		{ "gs_base", r->gs_base },
		{ "cs", r->cs },
		{ "ss", r->ss },
		{ "trapno", r->trapno },
		{ "error", r->err },
		{ "fault_address", r->pfa },
	};

	j = json_object();
	for (unsigned i = 0; i < sizeof(reg) / sizeof(reg[0]); i++)
		json_object_set_new(j, reg[i].name, command_hex(reg[i].value));
	return j;
}
