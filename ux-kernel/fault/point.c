// SPDX-License-Identifier: MIT
/* The table of points. */
#include "point.h"

#include <l4/abi/err.h>

#define ANY_BIT (1ULL << 62)

const char *const fault_event_names[FAULT_EVENTS] = {
	[FAULT_EVENT_ENTRY] = "entries",        [FAULT_EVENT_IPC] = "messages",
	[FAULT_EVENT_MAP] = "mappings",         [FAULT_EVENT_CREATE] = "creations",
	[FAULT_EVENT_IRQ] = "interrupts",       [FAULT_EVENT_DISK] = "disk requests",
	[FAULT_EVENT_DISK_READ] = "disk reads", [FAULT_EVENT_DISK_WRITE] = "disk writes",
	[FAULT_EVENT_FRAME] = "frames",         [FAULT_EVENT_SERIAL] = "buffers",
	[FAULT_EVENT_ENTROPY] = "requests",
};

const char *const fault_event_device[FAULT_EVENTS] = {
	[FAULT_EVENT_DISK] = "disk",       [FAULT_EVENT_DISK_READ] = "disk",
	[FAULT_EVENT_DISK_WRITE] = "disk", [FAULT_EVENT_FRAME] = "net",
	[FAULT_EVENT_SERIAL] = "serial",   [FAULT_EVENT_ENTROPY] = "entropy",
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
	{ "time.jump", FAULT_EVENT_ENTRY, FAULT_TIME_JUMP, FAULT_ARG_NUMBER, 1000000, 0,
	  "simulated time jumps ahead. ARG: microseconds" },
	{ "disk.error", FAULT_EVENT_DISK, FAULT_DISK_ERROR, FAULT_ARG_NONE, 0, 0,
	  "a request fails and is not carried out" },
	{ "disk.late", FAULT_EVENT_DISK, FAULT_DISK_LATE, FAULT_ARG_NUMBER, 100000, 0,
	  "a request takes long. ARG: microseconds" },
	{ "disk.lost", FAULT_EVENT_DISK_WRITE, FAULT_DISK_LOST, FAULT_ARG_NONE, 0, 0,
	  "a write is acknowledged, but nothing is written" },
	{ "disk.torn", FAULT_EVENT_DISK_WRITE, FAULT_DISK_TORN, FAULT_ARG_NUMBER, 1, 8,
	  "a write is acknowledged, but only its beginning is written. ARG: sectors of it" },
	{ "disk.misdirect", FAULT_EVENT_DISK_WRITE, FAULT_DISK_MISDIRECT, FAULT_ARG_NUMBER, 8, 0,
	  "a write goes elsewhere. ARG: sectors further on" },
	{ "disk.flip", FAULT_EVENT_DISK_READ, FAULT_DISK_FLIP, FAULT_ARG_NUMBER, 0, 4096 * 8,
	  "a bit flips in what is read. ARG: the bit" },
	{ "disk.cut", FAULT_EVENT_DISK, FAULT_DISK_CUT, FAULT_ARG_NUMBER, 1, ANY_BIT,
	  "the disk loses its power, and half of what was not flushed; it fails until a reset. "
	  "ARG: seed" },
	{ "net.drop", FAULT_EVENT_FRAME, FAULT_NET_DROP, FAULT_ARG_NONE, 0, 0, "a frame is lost" },
	{ "net.double", FAULT_EVENT_FRAME, FAULT_NET_DOUBLE, FAULT_ARG_NONE, 0, 0,
	  "a frame arrives twice" },
	{ "net.reorder", FAULT_EVENT_FRAME, FAULT_NET_REORDER, FAULT_ARG_NONE, 0, 0,
	  "a frame arrives behind the next one (at the latest 100 ms later)" },
	{ "net.late", FAULT_EVENT_FRAME, FAULT_NET_LATE, FAULT_ARG_NUMBER, 100000, 0,
	  "a frame arrives late. ARG: microseconds" },
	{ "net.corrupt", FAULT_EVENT_FRAME, FAULT_NET_CORRUPT, FAULT_ARG_NUMBER, 0, 1500 * 8,
	  "a bit of a frame flips. ARG: the bit" },
	{ "net.down", FAULT_EVENT_FRAME, FAULT_NET_DOWN, FAULT_ARG_NUMBER, 1000000, 0,
	  "the link is down, from this frame on. ARG: microseconds, 0: for ever" },
	{ "serial.lost", FAULT_EVENT_SERIAL, FAULT_SERIAL_LOST, FAULT_ARG_NONE, 0, 0,
	  "a buffer of bytes is lost on a serial line" },
	{ "serial.corrupt", FAULT_EVENT_SERIAL, FAULT_SERIAL_CORRUPT, FAULT_ARG_NUMBER, 0, 64,
	  "a bit flips on a serial line. ARG: the bit of the buffer" },
	{ "entropy.zero", FAULT_EVENT_ENTROPY, FAULT_ENTROPY_ZERO, FAULT_ARG_NONE, 0, 0,
	  "random bytes are all zero" },
};
