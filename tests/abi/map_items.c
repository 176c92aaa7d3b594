/* SPDX-License-Identifier: MIT */
/* Items in messages: windows, hot spots, return items, capabilities. */
#include "map.h"

#include <l4/sys/factory.h>

static struct {
	l4_umword_t tag, words[16];
	unsigned num;
	l4_cap_idx_t dest;
	struct answer got;
} message;

static void sender(void)
{
	for (unsigned i = 0; i < message.num; i++)
		MR(i) = message.words[i];
	message.got = abi_invoke(message.dest | L4_SYSF_SEND, message.tag, 0, 0);
	actor_stop();
}

struct answer map_message(l4_umword_t tag, l4_cap_idx_t dest, const l4_umword_t *words,
			  unsigned num, const l4_umword_t *buffers, unsigned num_buffers)
{
	struct answer a;

	message.tag = tag;
	message.num = num;
	message.dest = dest;
	for (unsigned i = 0; i < num; i++)
		message.words[i] = words[i];
	actor_start(1, sender);
	l4_utcb_br()->bdr = 0;
	for (unsigned i = 0; i < num_buffers; i++)
		BR(i) = buffers[i];
	BR(num_buffers) = 0;
	for (unsigned i = 0; i < 16; i++)
		MR(i) = 0x999;
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	l4_utcb_br()->bdr = 0;
	BR(0) = 0;
	return a;
}

long map_message_result(void)
{
	return message.got.result;
}

/* One memory item into one window; leaves the return item in ret. */
static struct answer memory(l4_addr_t from, unsigned order, l4_umword_t base, l4_fpage_t to,
			    l4_umword_t ret[2])
{
	l4_umword_t words[2] = { base | L4_ITEM_MAP,
				 l4_fpage(from, (unsigned char)order, L4_FPAGE_RW).raw };
	l4_umword_t buffers[2] = { L4_ITEM_MAP, to.raw };
	struct answer a = map_message(TAG(2, 0, 1), MAIN, words, 2, buffers, 2);

	ret[0] = MR(0);
	ret[1] = MR(1);
	actor_end(1);
	return a;
}

void map_windows(void)
{
	l4_addr_t w = window();
	l4_umword_t ret[2];

	tap_is(memory(POOL, 12, 0x13000, l4_fpage(w, 16, L4_FPAGE_RW), ret).tag.raw,
	       (long)TAG(2, 0, 1), "the tag tells of the item");
	tap_is((long)ret[0], 0x13318, "return item of a mapped page");
	tap_is((long)ret[1], 0x999, "whose second word is not written");
	tap_is(probe_read(w + 0x3000), 100, "hot spot in a larger window");
	tap_is(probe_read(w), -1, "nothing elsewhere in it");
	tap_is(message.got.result >= 0, 1, "the sender sees no error");
	w = window();
	memory(POOL, 14, 0x2000, l4_fpage(w, 12, L4_FPAGE_RW), ret);
	tap_is(probe_read(w), 102, "hot spot in a smaller window");
	tap_is(probe_read(w + 0x1000), -1, "nothing beyond it");
	w = window();
	memory(POOL, 16, 0x8000, l4_fpage(w, 14, L4_FPAGE_RW), ret);
	for (unsigned i = 0; i < 4; i++)
		tap_isf(probe_read(w + i * 0x1000), 108 + i, "16 pages into 4 by hot spot, page %u",
			i);
	w = window();
	memory(POOL + 0x5000, 12, w + 0x7000, l4_fpage_all(), ret);
	tap_is(probe_read(w + 0x7000), 105,
	       "in the window of everything the hot spot is the place");
	w = window();
	memory(window(), 12, 0, l4_fpage(w, 12, L4_FPAGE_RW), ret);
	tap_is((long)ret[0] & 0xfff, 0x31a, "return item of an empty source");
	memory(L4_KERNEL_UTCB_ADDR, 12, 0, l4_fpage(w, 12, L4_FPAGE_RW), ret);
	tap_is((long)ret[0] & 0xfff, 0x318, "return item of ku_mem");
	tap_is(probe_read(w), -1, "nothing of which is mapped");
	tap_is(memory(POOL, 12, 0, l4_obj_fpage(SLOT(9), 0, L4_CAP_FPAGE_RWS), ret).result, 2,
	       "a window of another kind is no error");
	tap_is((long)ret[0] & 0xfff, 0x318, "and reads as mapped");
	tap_is(abi_present(SLOT(9)), 0, "but is not");
}

void map_several(void)
{
	l4_addr_t w = window();
	l4_umword_t words[8], buffers[4] = { L4_ITEM_MAP, l4_fpage(w, 16, L4_FPAGE_RW).raw };
	struct answer a;

	words[0] = 0x1000 | L4_ITEM_MAP | L4_ITEM_CONT;
	words[1] = l4_fpage(POOL + 0x1000, 12, L4_FPAGE_RW).raw;
	words[2] = 0x4000 | L4_ITEM_MAP;
	words[3] = l4_fpage(POOL + 0x4000, 12, L4_FPAGE_RW).raw;
	a = map_message(TAG(2, 0, 2), MAIN, words, 4, buffers, 2);
	actor_end(1);
	tap_is(a.result, 2, "compound items share a window");
	tap_is(probe_read(w + 0x1000), 101, "the first of two compound items");
	tap_is(probe_read(w + 0x4000), 104, "the second of two compound items");
	words[0] &= ~L4_ITEM_CONT;
	w = window();
	buffers[1] = l4_fpage(w, 16, L4_FPAGE_RW).raw;
	a = map_message(TAG(2, 0, 2), MAIN, words, 4, buffers, 2);
	tap_is((long)MR(0), 0x1318, "the first item's return item");
	tap_is((long)MR(2), 0x999, "the word of the item without a buffer is not written");
	actor_end(1);
	tap_is(a.result, IPC_ERROR(L4_IPC_REMSGCUT), "two items need two buffers");
	tap_is(message.got.result, IPC_ERROR(L4_IPC_SEMSGCUT), "the sender learns of it");
	tap_is(probe_read(w + 0x1000), 101, "what came before the cut stays");
	w = window();
	buffers[1] = l4_fpage(w, 16, L4_FPAGE_RW).raw;
	buffers[2] = L4_ITEM_MAP;
	buffers[3] = l4_fpage(w + 0x10000, 16, L4_FPAGE_RW).raw;
	a = map_message(TAG(2, 0, 2), MAIN, words, 4, buffers, 4);
	actor_end(1);
	tap_is(a.result, 2, "two items in two windows");
	tap_is(probe_read(w + 0x1000), 101, "the first window has the first item");
	tap_is(probe_read(w + 0x14000), 104, "the second window has the second item");
}

static struct answer object(l4_cap_idx_t dest, l4_cap_idx_t cap, unsigned rights,
			    l4_umword_t buffer)
{
	l4_umword_t words[2] = { L4_ITEM_MAP, l4_obj_fpage(cap, 0, (unsigned char)rights).raw };

	return map_message(TAG(2, 0, 1), dest, words, 2, &buffer, 1);
}

void map_objects(void)
{
	l4_cap_idx_t f = L4_BASE_FACTORY_CAP;
	struct answer a = object(MAIN, f, L4_CAP_FPAGE_RWS, SLOT(10) | 0xa);

	tap_is(a.result, 2, "a capability into a single slot");
	tap_is((long)MR(0), 0x38, "its return item");
	actor_end(1);
	tap_is(abi_equal(SLOT(10), f), 1, "the capability is there with all rights");
	object(MAIN, f, L4_CAP_FPAGE_RO, SLOT(11) | 0xa);
	actor_end(1);
	tap_is(abi_present(SLOT(11)), 1, "a capability with R only");
	tap_is(abi_equal(SLOT(11), f), 0, "has fewer rights");
	object(MAIN, f, L4_CAP_FPAGE_W | L4_CAP_FPAGE_S, SLOT(12) | 0xa);
	actor_end(1);
	tap_is(abi_present(SLOT(12)), 0, "without R no capability is mapped");
	abi_copy(MAIN, SLOT(13), L4_CAP_FPAGE_RW, 0);
	a = object(SLOT(13), f, L4_CAP_FPAGE_RWS, SLOT(14) | 0xa);
	actor_end(1);
	tap_is(a.result, 2, "a capability sent through one without S");
	tap_is(abi_present(SLOT(14)), 1, "arrives");
	tap_is(l4_error(l4_factory_create(SLOT(14), L4_PROTO_THREAD, SLOT(15))), -L4_EPERM,
	       "but has lost S");
	object(MAIN, f, L4_CAP_FPAGE_RWS, SLOT(16) | 0xe);
	tap_is((long)MR(0) & 0xe, 0xe, "a local ID inside one task is the raw flexpage");
	tap_is((long)MR(1), (long)l4_obj_fpage(f, 0, L4_CAP_FPAGE_RWS).raw, "which is word 1");
	actor_end(1);
	tap_is(abi_present(SLOT(16)), 0, "and nothing is mapped");
}

void map_forwarded(void)
{
	l4_fpage_t none = { 0 };
	l4_umword_t buffers[2] = { SLOT(17) | 0xb, SLOT(18) };
	l4_umword_t words[2] = { L4_ITEM_MAP,
				 l4_obj_fpage(L4_BASE_FACTORY_CAP, 0, L4_CAP_FPAGE_RWS).raw };
	struct answer a;

	l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(18), &none);
	a = map_message(TAG(2, 0, 1), MAIN, words, 2, buffers, 2);
	actor_end(1);
	tap_is(a.result, 2, "a capability forwarded to a task");
	tap_is(abi_present(SLOT(17)), 0, "is not in ours");
	tap_is(abi_call(SLOT(18), L4_PROTO_TASK, 2, L4_TASK_CAP_INFO_OP, SLOT(17), 0), 1,
	       "but in that one");
}
