// SPDX-License-Identifier: MIT
/* Quotas and the factory protocol. */
#include "factory.h"

#include "../fault/hook.h"
#include "arch.h"
#include "call.h"
#include "gate.h"
#include "iommu.h"
#include "irq.h"
#include "semaphore.h"
#include "task.h"
#include "thread.h"

#include <l4/abi/ops.h>

bool factory_charge(struct factory *f, uint64_t bytes)
{
	if (!f)
		return true;
	/* Whom a deleted factory paid for keeps what he has, but gets no more. */
	if (f->limit != FACTORY_UNLIMITED && (f->obj.dead || bytes > f->limit - f->used))
		return false;
	f->used += bytes;
	return true;
}

void factory_uncharge(struct factory *f, uint64_t bytes)
{
	if (f)
		f->used -= bytes;
}

/* A sub-factory with @limit bytes; they are taken from the factory of @c. */
static struct kobj *make_factory(struct factory *f, struct call *c, int *error)
{
	uint64_t limit = c->mr[2];
	struct factory *sub;

	*error = c->words < 3               ? -L4_EMSGTOOSHORT
		 : c->words > 3 || c->items ? -L4_EMSGTOOLONG
					    : -L4_ENOMEM;
	if (*error != -L4_ENOMEM || limit == 0 || limit >= INT64_MAX)
		return NULL;
	sub = factory_create(f, limit);
	return sub ? &sub->obj : NULL;
}

static struct kobj *make_task(struct factory *f, struct call *c, int *error)
{
	struct task *t;
	uint64_t utcb_area;

	if (c->words < 3) {
		*error = -L4_EINVAL;
		return NULL;
	}
	utcb_area = c->mr[2];
	t = task_create(f);
	*error = -L4_ENOMEM;
	if (!t)
		return NULL;
	if (utcb_area) {
		*error = task_add_ku_mem(t, &utcb_area);
		if (*error) {
			kobj_unpin(&t->obj);
			return NULL;
		}
	}
	c->mr[0] = utcb_area;
	c->out_words = 1;
	return &t->obj;
}

/* The thread a new gate is to be bound to, given as an item. 0 or negative error. */
static int gate_thread(struct call *c, struct thread **t)
{
	struct cap *cap;

	if (call_object(c, 0, KOBJ_THREAD, &cap))
		return -L4_EINVAL;
	if (!(cap->rights & CAP_S))
		return -L4_EPERM;
	if (c->words < 3)
		return -L4_EMSGTOOSHORT;
	*t = thread_of(cap->obj);
	return c->mr[2] & 3 ? -L4_EINVAL : 0;
}

static struct kobj *make_gate(struct factory *f, struct call *c, int *error)
{
	struct thread *t = NULL;
	struct gate *g;

	*error = c->items ? gate_thread(c, &t) : 0;
	if (*error)
		return NULL;
	*error = -L4_ENOMEM;
	g = gate_create(f);
	if (g && t)
		gate_bind(g, t, c->mr[2]);
	return g ? &g->obj : NULL;
}

static struct kobj *make_object(struct factory *f, struct call *c, int *error)
{
	struct kobj *o = NULL;

	*error = -L4_ENOMEM;
	switch ((long)c->mr[0]) {
	case L4_PROTO_TASK:
		return make_task(f, c, error);
	case L4_PROTO_THREAD:
		o = (struct kobj *)thread_create(f);
		break;
	case L4_PROTO_FACTORY:
		return make_factory(f, c, error);
	case 0:
	case L4_PROTO_KOBJECT:
		return make_gate(f, c, error);
	case L4_PROTO_IRQ_SENDER:
		o = (struct kobj *)irq_create(f);
		break;
	case L4_PROTO_SEMAPHORE:
		o = (struct kobj *)semaphore_create(f);
		break;
	case L4_PROTO_DMA_SPACE: /* no memory is what a machine without an IOMMU answers */
		o = (struct kobj *)dma_space_create(f);
		break;
	default:
		*error = -L4_ENODEV;
	}
	return o;
}

static uint64_t factory_invoke(struct kobj *o, struct call *c)
{
	struct factory *f = (struct factory *)o;
	struct kobj *made;
	uint64_t slot;
	int error;

	if (c->label != L4_PROTO_FACTORY)
		return call_result(-L4_EBADPROTO);
	if (!(c->rights & CAP_S))
		return call_result(-L4_EPERM);
	if (!(c->flags & L4_SYSF_RECV))
		return call_result(0);
	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	if (!call_result_slot(c, &slot))
		return call_ipc_error(c, L4_IPC_REMSGCUT);
	if (FAULT_ACTIVE && fault_create(c->self))
		return call_result(-L4_ENOMEM);
	made = make_object(f, c, &error);
	if (!made)
		return call_result(error);
	error = cap_insert(c->self->task, slot, made, CAP_ALL);
	kobj_unpin(made);
	if (error)
		return call_result(error);
	c->mr[c->out_words] = L4_ITEM_MAP | L4_FPAGE_OBJ << L4_FPAGE_TYPE_SHIFT;
	return call_tag(0, c->out_words, 1);
}

static void factory_free(struct kobj *o)
{
	struct factory *f = (struct factory *)o;

	if (f->limit != FACTORY_UNLIMITED)
		factory_uncharge(o->quota, f->limit);
}

static const struct kobj_ops factory_ops = {
	.type = KOBJ_FACTORY,
	.name = "factory",
	.size = sizeof(struct factory),
	.invoke = factory_invoke,
	.free = factory_free,
};

struct factory *factory_create(struct factory *quota, uint64_t limit)
{
	struct factory *f;

	if (limit != FACTORY_UNLIMITED && !factory_charge(quota, limit))
		return NULL;
	f = kobj_create(&factory_ops, quota);
	if (f)
		f->limit = limit;
	else if (limit != FACTORY_UNLIMITED)
		factory_uncharge(quota, limit);
	return f;
}
