// SPDX-License-Identifier: MIT
/* Every operation of every object, and every way to send and receive. */
#include "shape.h"

#include <l4/abi/consts.h>
#include <l4/abi/msg.h>
#include <l4/abi/ops.h>
#include <l4/abi/ux.h>

static void map_memory(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = (fuzz_address(z) & ~0xfffUL) | (fuzz_below(z, 4) ? 0 : L4_MAP_ITEM_GRANT);
	u->mr[2] = shape_memory_page(z);
}

static void map_object(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = shape_item_word(z);
	u->mr[2] = shape_object_page(z, FUZZ_UNKNOWN);
}

static void unmap_memory(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = fuzz_below(z, 2) << 31;
	for (unsigned i = 2; i < 6; i++)
		u->mr[i] = shape_memory_page(z);
}

/* Rarely everything: who has lost his capabilities does nothing of interest any more. */
static void unmap_object(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = fuzz_below(z, 4) << 30;
	u->mr[2] = fuzz_below(z, 64) ? shape_object_page(z, FUZZ_UNKNOWN) : 63 << 6 | 15;
	u->mr[3] = shape_object_page(z, FUZZ_UNKNOWN);
}

static void cap_info(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = shape_selector(z, FUZZ_UNKNOWN);
	u->mr[2] = fuzz_below(z, 2) ? u->mr[1] : shape_selector(z, FUZZ_UNKNOWN);
}

static void ku_mem(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = 0x50000000 + (fuzz_below(z, 64) << 12) + (1 << 4) +
		   ((12 + fuzz_below(z, 3)) << 6);
	u->mr[2] = shape_memory_page(z);
}

static void control(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[0] |= fuzz_random(z) & 0x1610000;
	u->mr[1] = shape_selector(z, FUZZ_GATE);
	u->mr[2] = shape_selector(z, FUZZ_GATE);
	u->mr[4] = fuzz_below(z, 8) ? 0 : L4_THREAD_CONTROL_ALIEN;
	u->mr[5] = z->utcb_base + fuzz_below(z, 16) * 1024;
}

static void ex_regs(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[0] |= fuzz_below(z, 8) << 16;
	u->mr[1] = fuzz_below(z, 8) ? ~0UL : fuzz_address(z);
	u->mr[2] = fuzz_below(z, 8) ? ~0UL : fuzz_address(z);
}

static void modify_sender(struct fuzz *z, l4_utcb_layout_t *u)
{
	for (unsigned i = 1; i < 9; i++)
		u->mr[i] = fuzz_below(z, 2) ? 0 : fuzz_random(z);
}

static void vcpu_control(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = z->utcb_base + 0x1000 * (1 + fuzz_below(z, 3)) + fuzz_below(z, 8) * 512;
}

static void vcpu_fpu(struct fuzz *z, l4_utcb_layout_t *u)
{
	uint64_t area = z->utcb_base + 0x1000 * fuzz_below(z, 4) + 64 * fuzz_below(z, 64);

	u->mr[1] = shape_selector(z, FUZZ_TASK);
	u->mr[2] = fuzz_below(z, 2) ? area : 0;
	u->mr[3] = fuzz_below(z, 2) ? area : fuzz_below(z, 2);
}

static void segment_base(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[0] |= fuzz_below(z, 3) << 16;
	u->mr[1] = fuzz_address(z);
}

static void descriptors(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = fuzz_below(z, 4);
	for (unsigned i = 2; i < 6; i++)
		u->mr[i] = fuzz_below(z, 2) ? 0x00cff3000000ffff : fuzz_random(z);
}

static void trampoline(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[0] = L4_THREAD_PF_TRAMP_OP | L4_THREAD_PF_TRAMP_SETUP;
	u->mr[1] = z->utcb_base + 0x1000 * (1 + fuzz_below(z, 3)) + fuzz_below(z, 512) * 8;
}

static void trampoline_use(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[0] = L4_THREAD_PF_TRAMP_OP | (1 + fuzz_below(z, 4)) << 16;
}

static void task_area(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[2] = z->utcb_base | 1 << 4 | (12 + fuzz_below(z, 3)) << 6;
}

static void quota(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[2] = 4096 + fuzz_below(z, 1 << 20);
}

static void gate_label(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = fuzz_below(z, 1 << 20) & ~3UL;
	u->mr[2] = fuzz_below(z, 1 << 20) & ~3UL;
}

static void pin(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = fuzz_below(z, 4) ? fuzz_below(z, 2) : fuzz_below(z, 17);
	u->mr[2] = fuzz_below(z, 16);
}

static void text(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = fuzz_below(z, 16) ? 0 : fuzz_below(z, 8);
	u->mr[2] = u->mr[3] = u->mr[4] = 0x2e2e2e2e2e2e2e2e;
}

static void run_thread(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = 0;
	u->mr[2] = 1;
	u->mr[3] = fuzz_below(z, 40);
	u->mr[4] = fuzz_below(z, FUZZ_QUANTUM_MAX);
	if (fuzz_below(z, 2)) {
		u->mr[3] = (uint64_t)L4_SCHED_CLASS_FIXED;
		u->mr[4] = L4_SCHED_FIXED_SIZE + fuzz_below(z, 24);
		u->mr[5] = fuzz_below(z, FUZZ_QUANTUM_MAX);
		u->mr[6] = fuzz_below(z, 40);
	}
}

static void scheduler_info(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->mr[1] = fuzz_below(z, 2) << 24;
}

#define CALL L4_SYSF_CALL
#define ANY FUZZ_UNKNOWN
#define ENTRY(refused_, name_, target_, label_, op_, flags_, words_, items_, item_, fill_) \
	{ \
		.name = (name_), .fill = (fill_), .label = (label_), .target = (target_), \
		.item = (item_), .op = (op_), .flags = (flags_), .words = (words_), \
		.items = (items_), .refused = (refused_) \
	}
#define SHAPE(...) ENTRY(0, __VA_ARGS__)
#define REFUSED(...) ENTRY(1, __VA_ARGS__)

const struct shape shapes[] = {
	SHAPE("task.map memory", FUZZ_TASK, L4_PROTO_TASK, L4_TASK_MAP_OP, CALL, 3, 1, FUZZ_TASK,
	      map_memory),
	SHAPE("task.map objects", FUZZ_TASK, L4_PROTO_TASK, L4_TASK_MAP_OP, CALL, 3, 1, FUZZ_TASK,
	      map_object),
	SHAPE("task.unmap memory", FUZZ_TASK, L4_PROTO_TASK, L4_TASK_UNMAP_OP, CALL, 3, 0, ANY,
	      unmap_memory),
	SHAPE("task.unmap objects", FUZZ_TASK, L4_PROTO_TASK, L4_TASK_UNMAP_OP, CALL, 3, 0, ANY,
	      unmap_object),
	SHAPE("task.cap_valid", FUZZ_TASK, L4_PROTO_TASK, L4_TASK_CAP_INFO_OP, CALL, 2, 0, ANY,
	      cap_info),
	SHAPE("task.cap_equal", FUZZ_TASK, L4_PROTO_TASK, L4_TASK_CAP_INFO_OP, CALL, 3, 0, ANY,
	      cap_info),
	SHAPE("task.ku_mem", FUZZ_TASK, L4_PROTO_TASK, L4_TASK_ADD_KU_MEM_OP, CALL, 2, 0, ANY,
	      ku_mem),
	SHAPE("thread.control", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_CONTROL_OP, CALL, 6, 1,
	      FUZZ_TASK, control),
	SHAPE("thread.ex_regs", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_EX_REGS_OP, CALL, 3, 0, ANY,
	      ex_regs),
	SHAPE("thread.switch", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_SWITCH_OP, CALL, 1, 0, ANY,
	      NULL),
	SHAPE("thread.stats", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_STATS_OP, CALL, 1, 0, ANY,
	      NULL),
	SHAPE("thread.vcpu_resume", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_VCPU_RESUME_OP, CALL, 1,
	      0, ANY, NULL),
	SHAPE("thread.vcpu_resume items", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_VCPU_RESUME_OP,
	      CALL, 1, 1, ANY, NULL),
	SHAPE("thread.delete_irq", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_REGISTER_DELETE_IRQ_OP,
	      CALL, 1, 1, FUZZ_IRQ, NULL),
	SHAPE("thread.modify_sender", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_MODIFY_SENDER_OP,
	      CALL, 9, 0, ANY, modify_sender),
	SHAPE("thread.vcpu_control", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_VCPU_CONTROL_OP, CALL,
	      2, 0, ANY, vcpu_control),
	SHAPE("thread.segment_base", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_SET_SEGMENT_BASE_OP,
	      CALL, 2, 0, ANY, segment_base),
	SHAPE("thread.segment_info", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_SEGMENT_INFO_OP, CALL,
	      1, 0, ANY, NULL),
	SHAPE("thread.gdt", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_X86_GDT_OP, CALL, 3, 0, ANY,
	      descriptors),
	SHAPE("thread.trampoline", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_PF_TRAMP_OP, CALL, 2, 0,
	      ANY, trampoline),
	SHAPE("thread.trampoline use", FUZZ_THREAD, L4_PROTO_THREAD, L4_THREAD_PF_TRAMP_OP, CALL, 1,
	      0, ANY, trampoline_use),
	SHAPE("thread.vcpu_fpu", FUZZ_THREAD, L4_PROTO_THREAD, L4_UX_THREAD_VCPU_FPU_OP, CALL, 4, 0,
	      ANY, vcpu_fpu),
	SHAPE("factory.task", FUZZ_FACTORY, L4_PROTO_FACTORY, L4_PROTO_TASK, CALL, 3, 0, ANY,
	      task_area),
	SHAPE("factory.thread", FUZZ_FACTORY, L4_PROTO_FACTORY, L4_PROTO_THREAD, CALL, 1, 0, ANY,
	      NULL),
	SHAPE("factory.factory", FUZZ_FACTORY, L4_PROTO_FACTORY, L4_PROTO_FACTORY, CALL, 3, 0, ANY,
	      quota),
	SHAPE("factory.gate unbound", FUZZ_FACTORY, L4_PROTO_FACTORY, 0, CALL, 1, 0, ANY, NULL),
	SHAPE("factory.gate", FUZZ_FACTORY, L4_PROTO_FACTORY, 0, CALL, 3, 1, FUZZ_THREAD,
	      gate_label),
	SHAPE("factory.irq", FUZZ_FACTORY, L4_PROTO_FACTORY, L4_PROTO_IRQ_SENDER, CALL, 1, 0, ANY,
	      NULL),
	SHAPE("factory.semaphore", FUZZ_FACTORY, L4_PROTO_FACTORY, L4_PROTO_SEMAPHORE, CALL, 1, 0,
	      ANY, NULL),
	SHAPE("gate.bind", FUZZ_GATE, L4_PROTO_KOBJECT, L4_RCV_EP_BIND_OP, CALL, 2, 1, FUZZ_THREAD,
	      gate_label),
	SHAPE("gate.info", FUZZ_GATE, L4_PROTO_KOBJECT, L4_IPC_GATE_INFO_OP, CALL, 1, 0, ANY, NULL),
	SHAPE("gate.refcount", FUZZ_GATE, L4_PROTO_KOBJECT, L4_KOBJECT_DEC_REFCNT_OP, CALL, 2, 0,
	      ANY, NULL),
	SHAPE("irq.bind", FUZZ_IRQ, L4_PROTO_KOBJECT, L4_RCV_EP_BIND_OP, CALL, 2, 1, FUZZ_THREAD,
	      gate_label),
	SHAPE("irq.detach", FUZZ_IRQ, L4_PROTO_IRQ_SENDER, L4_IRQ_OP_DETACH, CALL, 1, 0, ANY, NULL),
	SHAPE("irq.trigger", FUZZ_IRQ, L4_PROTO_IRQ, L4_IRQ_OP_TRIGGER, L4_SYSF_SEND, 1, 0, ANY,
	      NULL),
	SHAPE("irq.unmask", FUZZ_IRQ, L4_PROTO_IRQ, L4_IRQ_OP_EOI, L4_SYSF_SEND, 2, 0, ANY, NULL),
	SHAPE("irq.receive", FUZZ_IRQ, L4_PROTO_IRQ, L4_IRQ_OP_EOI, CALL, 2, 0, ANY, NULL),
	SHAPE("semaphore.up", FUZZ_SEMAPHORE, L4_PROTO_IRQ, L4_IRQ_OP_TRIGGER, L4_SYSF_SEND, 1, 0,
	      ANY, NULL),
	SHAPE("semaphore.down", FUZZ_SEMAPHORE, L4_PROTO_SEMAPHORE, L4_SEMAPHORE_OP_DOWN, CALL, 1,
	      0, ANY, NULL),
	SHAPE("icu.info", FUZZ_ICU, L4_PROTO_IRQ, L4_ICU_OP_INFO, CALL, 1, 0, ANY, NULL),
	SHAPE("icu.bind", FUZZ_ICU, L4_PROTO_IRQ, L4_ICU_OP_BIND, CALL, 2, 1, FUZZ_IRQ, pin),
	SHAPE("icu.unbind", FUZZ_ICU, L4_PROTO_IRQ, L4_ICU_OP_UNBIND, CALL, 2, 1, FUZZ_IRQ, pin),
	SHAPE("icu.mask", FUZZ_ICU, L4_PROTO_IRQ, L4_ICU_OP_MASK, L4_SYSF_SEND, 2, 0, ANY, pin),
	SHAPE("icu.unmask", FUZZ_ICU, L4_PROTO_IRQ, L4_ICU_OP_UNMASK, L4_SYSF_SEND, 2, 0, ANY, pin),
	SHAPE("icu.mode", FUZZ_ICU, L4_PROTO_IRQ, L4_ICU_OP_SET_MODE, CALL, 3, 0, ANY, pin),
	REFUSED("icu.msi_info", FUZZ_ICU, L4_PROTO_IRQ, L4_ICU_OP_MSI_INFO, CALL, 3, 0, ANY, pin),
	REFUSED("platform.suspend", FUZZ_ICU, L4_PROTO_PLATFORM_CTL, L4_PLATFORM_CTL_SYS_SUSPEND_OP,
		CALL, 1, 0, ANY, NULL),
	SHAPE("log.write", FUZZ_LOG, L4_PROTO_LOG, L4_VCON_WRITE_OP, L4_SYSF_SEND, 4, 0, ANY, text),
	SHAPE("log.read", FUZZ_LOG, L4_PROTO_LOG, L4_VCON_READ_OP, CALL, 1, 0, ANY, NULL),
	SHAPE("log.set_attributes", FUZZ_LOG, L4_PROTO_LOG, L4_VCON_SET_ATTR_OP, CALL, 4, 0, ANY,
	      NULL),
	SHAPE("log.get_attributes", FUZZ_LOG, L4_PROTO_LOG, L4_VCON_GET_ATTR_OP, CALL, 1, 0, ANY,
	      NULL),
	SHAPE("log.bind", FUZZ_LOG, L4_PROTO_IRQ, L4_ICU_OP_BIND, CALL, 2, 1, FUZZ_IRQ, pin),
	SHAPE("scheduler.info", FUZZ_SCHEDULER, L4_PROTO_SCHEDULER, L4_SCHEDULER_INFO_OP, CALL, 2,
	      0, ANY, scheduler_info),
	SHAPE("scheduler.run", FUZZ_SCHEDULER, L4_PROTO_SCHEDULER, L4_SCHEDULER_RUN_THREAD_OP, CALL,
	      7, 1, FUZZ_THREAD, run_thread),
	SHAPE("scheduler.idle", FUZZ_SCHEDULER, L4_PROTO_SCHEDULER, L4_SCHEDULER_IDLE_TIME_OP, CALL,
	      3, 0, ANY, run_thread),
	SHAPE("scheduler.bind", FUZZ_SCHEDULER, L4_PROTO_IRQ, L4_ICU_OP_BIND, CALL, 2, 1, FUZZ_IRQ,
	      pin),
	SHAPE("debugger.text", FUZZ_DEBUGGER, L4_PROTO_DEBUGGER, L4_KDEBUG_OUTNSTRING, CALL, 2, 0,
	      ANY, text),
	SHAPE("debugger.number", FUZZ_DEBUGGER, L4_PROTO_DEBUGGER, L4_KDEBUG_OUTHEX8, CALL, 2, 0,
	      ANY, text),
	SHAPE("debugger.name", FUZZ_DEBUGGER, L4_PROTO_DEBUGGER, L4_DEBUGGER_NAME_SET_OP, CALL, 3,
	      1, ANY, text),
	SHAPE("debugger.id", FUZZ_DEBUGGER, L4_PROTO_DEBUGGER, L4_DEBUGGER_GLOBAL_ID_OP, CALL, 1, 1,
	      ANY, NULL),
	SHAPE("debugger.get_name", FUZZ_DEBUGGER, L4_PROTO_DEBUGGER, L4_DEBUGGER_NAME_GET_OP, CALL,
	      1, 1, ANY, NULL),
	SHAPE("ipc.send", FUZZ_THREAD, 0, 0, L4_SYSF_SEND, 3, 1, ANY, NULL),
	SHAPE("ipc.call", FUZZ_THREAD, 0, 0, CALL, 4, 1, ANY, NULL),
	SHAPE("ipc.send to gate", FUZZ_GATE, 0, 0, L4_SYSF_SEND, 3, 2, ANY, NULL),
	SHAPE("ipc.call gate", FUZZ_GATE, 0, 0, CALL, 5, 1, ANY, NULL),
	SHAPE("ipc.send a gate", FUZZ_THREAD, 0, 0, L4_SYSF_SEND, 1, 1, FUZZ_GATE, NULL),
	SHAPE("ipc.receive", FUZZ_THREAD, 0, 0, L4_SYSF_RECV, 0, 0, ANY, NULL),
	SHAPE("ipc.wait", FUZZ_THREAD, 0, 0, L4_SYSF_WAIT, 0, 0, ANY, NULL),
	SHAPE("ipc.reply", FUZZ_THREAD, 0, 0, L4_SYSF_REPLY | L4_SYSF_SEND, 3, 1, ANY, NULL),
	SHAPE("ipc.reply and wait", FUZZ_THREAD, 0, 0, L4_SYSF_REPLY_AND_WAIT, 3, 1, ANY, NULL),
	SHAPE("ipc.send and wait", FUZZ_THREAD, 0, 0, L4_SYSF_SEND_AND_WAIT, 3, 1, ANY, NULL),
};

unsigned fuzz_shapes(void)
{
	return sizeof(shapes) / sizeof(shapes[0]);
}

const char *fuzz_shape_name(unsigned n)
{
	return shapes[n].name;
}

int fuzz_shape_refused(unsigned n)
{
	return shapes[n].refused;
}

_Static_assert(sizeof(shapes) / sizeof(shapes[0]) <= FUZZ_SHAPES_MAX, "room for the counts");
