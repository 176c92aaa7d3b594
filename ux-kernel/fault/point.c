// SPDX-License-Identifier: MIT
/* The table of points. */
#include "point.h"

#include <l4/abi/err.h>

#define ANY_BIT (1ULL << 62)

const char *const fault_event_names[FAULT_EVENTS] = {
	[FAULT_EVENT_ENTRY] = "entries",  [FAULT_EVENT_IPC] = "messages",
	[FAULT_EVENT_MAP] = "mappings",   [FAULT_EVENT_CREATE] = "creations",
	[FAULT_EVENT_IRQ] = "interrupts",
};

const char *const fault_register_names[FAULT_REGISTERS] = {
	"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8",
	"r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip", "rflags",
};

const struct fault_point fault_points[FAULT_POINTS] = {
	{ "irq.lost", FAULT_EVENT_IRQ, FAULT_IRQ_LOST, FAULT_ARG_NONE, 0, 0,
	  "an interrupt does not arrive" },
	{ "irq.late", FAULT_EVENT_IRQ, FAULT_IRQ_LATE, FAULT_ARG_NUMBER, 1000, 0,
	  "an interrupt arrives late. ARG: microseconds" },
	{ "irq.double", FAULT_EVENT_IRQ, FAULT_IRQ_DOUBLE, FAULT_ARG_NONE, 0, 0,
	  "an interrupt arrives twice" },
	{ "irq.spurious", FAULT_EVENT_ENTRY, FAULT_IRQ_SPURIOUS, FAULT_ARG_NUMBER, 0, 16,
	  "an interrupt nobody caused. ARG: which of the IRQ objects there are" },
	{ "ipc.abort", FAULT_EVENT_IPC, FAULT_IPC_ABORT, FAULT_ARG_NUMBER, L4_IPC_SEABORTED, 0,
	  "a message is not sent. ARG: IPC error code that the sender gets" },
	{ "ipc.delay", FAULT_EVENT_IPC, FAULT_IPC_DELAY, FAULT_ARG_NUMBER, 1000, 0,
	  "a message is held back. ARG: microseconds" },
	{ "map.refuse", FAULT_EVENT_MAP, FAULT_MAP_REFUSE, FAULT_ARG_NONE, 0, 0,
	  "memory or capabilities are not mapped, for want of kernel memory" },
	{ "factory.oom", FAULT_EVENT_CREATE, FAULT_FACTORY_OOM, FAULT_ARG_NONE, 0, 0,
	  "a factory has no memory for an object" },
	{ "ram.flip", FAULT_EVENT_ENTRY, FAULT_RAM_FLIP, FAULT_ARG_MEMORY, 0, ANY_BIT,
	  "a bit of a task's memory flips. ARG: 0xADDRESS.BIT, or the number of the bit" },
	{ "reg.flip", FAULT_EVENT_ENTRY, FAULT_REG_FLIP, FAULT_ARG_REGISTER, 0,
	  FAULT_REGISTERS * 64, "a bit of a register flips. ARG: REGISTER.BIT, or their number" },
	{ "code.flip", FAULT_EVENT_ENTRY, FAULT_CODE_FLIP, FAULT_ARG_NUMBER, 0, 32,
	  "a bit of the code flips where the thread goes on. ARG: the bit" },
	{ "thread.kill", FAULT_EVENT_ENTRY, FAULT_THREAD_KILL, FAULT_ARG_NONE, 0, 0,
	  "a thread dies" },
	{ "task.kill", FAULT_EVENT_ENTRY, FAULT_TASK_KILL, FAULT_ARG_NONE, 0, 0,
	  "a task dies, with all its threads" },
};
