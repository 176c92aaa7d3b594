/* SPDX-License-Identifier: MIT */
/*
 * Between the IRQ emulator and the kernel.
 *
 * One pipe carries fixed-size records to the kernel, from the emulator and from every device
 * process; each says that a line has something new. A device sends none while the kernel is awake
 * (sheet_wire.h). The data itself lies in a shared page, so that the pipe can never fill up with
 * it: console input is a ring whose writer waits while it is full. The eventfd is the doorbell the
 * other way: the kernel rings it when it has made room, or wants the terminal in another mode. The
 * timer needs no message at all: both sides hold the same timerfd, the kernel sets it and the
 * emulator waits for it.
 */
#ifndef DEVICES_IRQ_WIRE_H
#define DEVICES_IRQ_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define IRQ_WIRE_VERSION 3U

enum irq_line {
	IRQ_LINE_TIMER = 0,
	IRQ_LINE_CONSOLE = 1,
	IRQ_LINE_CONSOLE_REQUEST = 2, /* console/console_wire.h */
	IRQ_LINE_DEVICE = 16,         /* + number of the device; wakes, its sheet says the rest */
};

/* One record; smaller than PIPE_BUF, so written in one piece or not at all. */
struct irq_record {
	uint32_t line;  /* enum irq_line */
	uint32_t count; /* events this record stands for, >= 1 */
};

_Static_assert(sizeof(struct irq_record) == 8, "irq record");

#define IRQ_CONSOLE_RING 2048U

/* How the terminal is to treat input: bits of irq_page.modes, named after termios. */
enum irq_mode {
	IRQ_MODE_SET = 1, /* the others mean something */
	IRQ_MODE_INLCR = 2,
	IRQ_MODE_IGNCR = 4,
	IRQ_MODE_ICRNL = 8,
	IRQ_MODE_ICANON = 16,
	IRQ_MODE_ECHO = 32,
};

/* The shared page. Indices run freely; position = index % IRQ_CONSOLE_RING. */
struct irq_page {
	uint32_t version;
	uint32_t want_room;    /* emulator sets: ring the doorbell when there is room again */
	uint32_t console_head; /* next byte the emulator writes */
	uint32_t console_tail; /* next byte the kernel reads */
	uint32_t modes;        /* enum irq_mode; the kernel sets it and rings the doorbell */
	uint32_t ended;        /* the emulator has put all there is into the ring */
	uint32_t end_told; /* the guest knows of an end already: a snapshot of it was restored */
	uint8_t console[IRQ_CONSOLE_RING];
	char instance[1024]; /* directory to clean when the kernel is gone (instance_files.h) */
};

_Static_assert(offsetof(struct irq_page, console_head) == 8, "irq page head");
_Static_assert(offsetof(struct irq_page, console) == 28, "irq page ring");
_Static_assert(sizeof(struct irq_page) <= 4096, "irq page");

/* Descriptors the emulator is started with; 0 is the console's input. */
#define IRQ_FD_PIPE 3
#define IRQ_FD_PAGE 4
#define IRQ_FD_TIMER 5
#define IRQ_FD_DOORBELL 6
#define IRQ_FD_KERNEL 7 /* pidfd or a pipe: readable (or closed) when the kernel process is gone */
#endif
