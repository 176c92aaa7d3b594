/* SPDX-License-Identifier: MIT */
/*
 * All operations of the kernel objects, one header per object. A request is a message to the
 * object's capability: the tag's label is the object's protocol (msg.h), MR0 the operation. In
 * the comments "In" is the request, "Out" the answer (its label is 0, or what is said, or a
 * negative l4_error_code), "Right" what the capability must carry; an "item" is a capability of
 * the caller as typed item right behind the words. A capability that is missing or of the wrong
 * kind is -L4_EINVAL, a flexpage of another type the IPC error L4_IPC_SEMSGCUT.
 * Source: Fiasco/L4Re ABI, r-2026-W26: the headers named in each.
 */
#ifndef L4_ABI_OPS_H
#define L4_ABI_OPS_H

#include <l4/abi/debugger.h>
#include <l4/abi/factory.h>
#include <l4/abi/icu.h>
#include <l4/abi/iommu.h>
#include <l4/abi/irq.h>
#include <l4/abi/platform.h>
#include <l4/abi/scheduler.h>
#include <l4/abi/task.h>
#include <l4/abi/thread.h>
#include <l4/abi/vcon.h>

#endif
