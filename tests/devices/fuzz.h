/* SPDX-License-Identifier: MIT */
/*
 * A malicious driver against a device: fuzz-DEVICE SEED SECONDS
 *
 * Each round begins with queues that are set up rightly and requests that could be right, then
 * everything is bent a little: descriptors, rings, indices, the configuration page, and the memory
 * is taken away under the device. It must survive (with sanitizers), touch nothing of guest memory
 * that it was not shown, and stay usable: after each round an honest driver gets its work done.
 */
#ifndef TESTS_DEVICES_FUZZ_H
#define TESTS_DEVICES_FUZZ_H

#include "devices/transport.h"
#include "guest.h"

#define FUZZ_NUM 16U       /* descriptors in a queue */
#define FUZZ_QUEUE 0x400UL /* from the rings of one queue to those of the next */
#define FUZZ_FD 60         /* where the device does not look for descriptors of its own */

struct fuzz_target {
	struct transport *transport;
	/* A new device, now and then. */
	void (*open)(unsigned long round);
	/* A request that is right but for its contents, from descriptor @at on; its head. */
	unsigned (*request)(unsigned queue, unsigned at);
	/* What happens outside. NULL: nothing. */
	void (*outside)(void);
	/* The queues are new: does the device work? */
	void (*honest)(void);
};

extern struct guest g;

uint64_t noise(void);
uint64_t below(uint64_t n);
_Noreturn void die(const char *why);

struct vring_desc *fuzz_desc(unsigned queue, unsigned i);

/* Makes descriptor @head available, once; serves until the device has nothing more to do. */
void fuzz_offer(unsigned queue, uint16_t head);
void fuzz_turn(void);

/* How many requests of the queue came back. */
unsigned fuzz_used(unsigned queue);

/* What of a used entry the device says it has written. */
uint32_t fuzz_written(unsigned queue, unsigned i);

int fuzz_main(const struct fuzz_target *target, int argc, char **argv);

#endif
