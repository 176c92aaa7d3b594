/* SPDX-License-Identifier: MIT */
/*
 * A binding as the bound process sees it: a slot of the page STUB_BIND_TABLE. Kernel and process
 * both write it, never at the same time. stub_bind.S knows these offsets.
 */
#ifndef ENGINE_BIND_SLOT_H
#define ENGINE_BIND_SLOT_H

#include "stub.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

struct bind_slot {
	uint64_t vcpu; /* address of the vCPU state area, 0: not for use */
	uint64_t task; /* index of the user task's capability */
	uint32_t fd;
	uint32_t call; /* its last stop is a system call that has no frame: direct.h */
	uint64_t cell_there, cell_here; /* the user thread's cell in its own process and here */
	/* its last stop: frame here or 0, what the frame does not hold, frame's context there */
	uint64_t frame, fs_base, gs_base, context, selectors;
	uint64_t stop, reserved[2]; /* its identifier */
	struct seccomp_notif notif; /* id 0: empty. Else a later stop, not yet noted above */
	uint8_t unused[STUB_BIND_SLOT_SIZE - 184];
};

_Static_assert(sizeof(struct bind_slot) == STUB_BIND_SLOT_SIZE, "slot");
_Static_assert(offsetof(struct bind_slot, call) == 20, "call");
_Static_assert(offsetof(struct bind_slot, frame) == 40, "frame");
_Static_assert(offsetof(struct bind_slot, selectors) == 72, "selectors");
_Static_assert(offsetof(struct bind_slot, stop) == 80, "identifier");
_Static_assert(offsetof(struct bind_slot, notif) == 104, "notification");
_Static_assert(offsetof(struct bind_slot, notif.data.instruction_pointer) == 128, "its ip");
_Static_assert(offsetof(struct bind_slot, notif.data.args) == 136, "its arguments");
_Static_assert(STUB_BIND_SLOT_SIZE *STUB_BIND_SLOTS <= STUB_CELL_SIZE - 16, "slots");
_Static_assert(offsetof(struct seccomp_notif_resp, error) == 16, "what is not ours to say");

#endif
