/* SPDX-License-Identifier: MIT */
/*
 * A small virtio driver: one queue of buffers, each big enough for one event, which we hand to the
 * device again when we have read it. The device waits when it has none, so nothing gets lost.
 */
#include <l4/ux/input.h>

#include <l4/abi/iommu.h>
#include <l4/abi/ops.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/task.h>

#define BUFFERS 64U /* a power of two */
#define DESC_WRITE 2U
#define USED_NO_NOTIFY 1U
#define FEATURE_VERSION_1 1U /* of the second word */

static struct {
	struct {
		uint64_t addr;
		uint32_t len;
		uint16_t flags, next;
	} desc[BUFFERS];
	struct {
		uint16_t flags, idx, ring[BUFFERS], used_event;
	} avail;
	struct {
		uint16_t flags, idx;
		struct {
			uint32_t id, len;
		} ring[BUFFERS];
		uint16_t avail_event;
	} used __attribute__((aligned(4)));
	struct l4_input_event event[BUFFERS];
} queue __attribute__((aligned(L4_PAGESIZE)));

_Static_assert(sizeof(queue) <= L4_PAGESIZE, "the queue is one page");

static l4_cap_idx_t irq;
static uint16_t seen; /* position in the used ring */

static void command(struct l4_screen *s, uint32_t cmd)
{
	__atomic_store_n(&s->page->cmd, cmd, __ATOMIC_SEQ_CST);
	l4_irq_trigger(s->bell);
	while (__atomic_load_n(&s->page->cmd, __ATOMIC_SEQ_CST))
		l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(50)));
}

static void add_status(struct l4_screen *s, uint32_t bit)
{
	command(s, L4VIRTIO_CMD_SET_STATUS | s->page->status | bit);
}

/* The device sees our page at the address that it has for us, and nothing else. */
static long let_see(struct l4_screen *s, l4_cap_idx_t dma)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;
	l4_msgtag_t tag = l4_msgtag(L4_PROTO_IOMMU, 2, 0, 0);
	long err = l4_error(l4_factory_create(L4_BASE_FACTORY_CAP, L4_PROTO_DMA_SPACE, dma));

	*(volatile uint16_t *)&queue.used.idx = 0; /* only what is here can be mapped on */
	if (err >= 0)
		err = l4_error(l4_task_map(dma, L4_BASE_TASK_CAP,
					   l4_fpage((l4_addr_t)&queue, L4_PAGESHIFT, L4_FPAGE_RW),
					   l4_map_control((l4_addr_t)&queue, 0, L4_MAP_ITEM_MAP)));
	if (err < 0)
		return err;
	mr[0] = L4_IOMMU_BIND_OP;
	mr[1] = s->device;
	l4_ipc_put_cap(&tag, dma, l4_utcb());
	return l4_error(l4_ipc_kcall(L4_BASE_IOMMU_CAP, tag, l4_utcb()));
}

static long bind_interrupt(struct l4_screen *s)
{
	long err = l4_error(l4_factory_create_irq(L4_BASE_FACTORY_CAP, irq));

	if (err >= 0)
		err = l4_error(l4_icu_bind(L4_BASE_ICU_CAP, s->page->driver_notify_index, irq));
	if (err >= 0)
		err = l4_error(l4_rcv_ep_bind_thread(irq, L4_BASE_THREAD_CAP, 0));
	return err;
}

static void give(unsigned i)
{
	queue.avail.ring[queue.avail.idx % BUFFERS] = i;
	__atomic_store_n(&queue.avail.idx, queue.avail.idx + 1, __ATOMIC_SEQ_CST);
}

static void start_queue(struct l4_screen *s)
{
	struct l4virtio_queue_config *c = (void *)((char *)s->page + s->page->queues_offset);

	for (unsigned i = 0; i < BUFFERS; i++) {
		queue.desc[i].addr = (l4_addr_t)&queue.event[i];
		queue.desc[i].len = sizeof(queue.event[i]);
		queue.desc[i].flags = DESC_WRITE;
		give(i);
	}
	c->num = BUFFERS;
	c->desc = (l4_addr_t)&queue.desc;
	c->avail = (l4_addr_t)&queue.avail;
	c->used = (l4_addr_t)&queue.used;
	c->ready = 1;
	command(s, L4VIRTIO_CMD_CFG_QUEUE | 0);
}

long l4_input_open(struct l4_screen *s, l4_cap_idx_t caps)
{
	long err;

	if (!l4_is_valid_cap(s->bell))
		return -L4_EINVAL;
	irq = caps;
	err = bind_interrupt(s);
	if (err >= 0)
		err = let_see(s, caps + L4_CAP_OFFSET);
	if (err < 0)
		return err;
	command(s, L4VIRTIO_CMD_SET_STATUS);
	add_status(s, L4VIRTIO_STATUS_ACKNOWLEDGE | L4VIRTIO_STATUS_DRIVER);
	s->page->driver_features[0] = 0;
	s->page->driver_features[1] = FEATURE_VERSION_1;
	add_status(s, L4VIRTIO_STATUS_FEATURES_OK);
	start_queue(s);
	add_status(s, L4VIRTIO_STATUS_DRIVER_OK);
	return 0;
}

int l4_input_next(struct l4_screen *s, struct l4_input_event *e, l4_timeout_t timeout)
{
	unsigned id;

	while (__atomic_load_n(&queue.used.idx, __ATOMIC_ACQUIRE) == seen) {
		/* An interrupt that has come since we looked is pending: the wait ends at once. */
		if (l4_ipc_error(l4_irq_receive(irq, timeout), l4_utcb()))
			return 0;
	}
	id = queue.used.ring[seen++ % BUFFERS].id % BUFFERS;
	*e = queue.event[id];
	give(id);
	if (!(__atomic_load_n(&queue.used.flags, __ATOMIC_SEQ_CST) & USED_NO_NOTIFY))
		l4_irq_trigger(s->bell);
	return 1;
}
