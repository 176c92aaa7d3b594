// SPDX-License-Identifier: MIT
/* Addresses and connections of the guest, found in its frames. */
#include "net_memory.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <string.h>

#define ETHER sizeof(struct ether_header)
#define PROBES 8U /* places a connection can have in the table */
#define TTL 64

_Static_assert(ETHER + sizeof(struct iphdr) + sizeof(struct tcphdr) == NET_PROBE_BYTES, "probe");
_Static_assert(ETHER + sizeof(struct ether_arp) == NET_NOTICE_BYTES, "notice");

static void note_address(struct net_keep *k, uint32_t address, const uint8_t mac[6])
{
	struct net_neighbour *free = &k->neighbour[k->next_neighbour % NET_NEIGHBOURS];

	if (!address)
		return;
	for (unsigned i = 0; i < NET_NEIGHBOURS; i++)
		if (k->neighbour[i].address == address) {
			memcpy(k->neighbour[i].mac, mac, 6);
			return;
		}
	*free = (struct net_neighbour){ .address = address };
	memcpy(free->mac, mac, 6);
	k->next_neighbour++;
}

static bool is_same(const struct net_connection *a, const struct net_connection *b)
{
	return a->guest == b->guest && a->other == b->other && a->guest_port == b->guest_port &&
	       a->other_port == b->other_port;
}

/* Where it is; or the first free place where it could be; or one of another that it replaces. */
static struct net_connection *place_of(struct net_keep *k, const struct net_connection *c)
{
	uint32_t hash = (c->guest_port * 31U + c->other_port + c->other) * 0x9e3779b1U;
	struct net_connection *free = NULL;

	for (unsigned i = 0; i < PROBES; i++) {
		struct net_connection *at = &k->connection[((hash >> 16) + i) % NET_CONNECTIONS];

		if (is_same(at, c))
			return at;
		if (!free && !at->guest)
			free = at;
	}
	return free ? free : &k->connection[(hash >> 16) % NET_CONNECTIONS];
}

static void note_segment(struct net_keep *k, bool from_guest, const struct iphdr *ip,
			 const struct tcphdr *tcp, const uint8_t mac[6])
{
	struct net_connection c = { ip->saddr, ip->daddr, tcp->source, tcp->dest, { 0 }, 0 }, *at;

	if (!from_guest)
		c = (struct net_connection){
			ip->daddr, ip->saddr, tcp->dest, tcp->source, { 0 }, 0
		};
	at = place_of(k, &c);
	if (tcp->rst) {
		if (is_same(at, &c))
			*at = (struct net_connection){ 0 };
	} else if (from_guest && tcp->ack && !tcp->syn && !is_same(at, &c)) {
		/* It has one; before that it says itself what it wants, again and again. */
		memcpy(c.mac, mac, 6);
		*at = c;
	}
}

void net_memory_note(struct net_keep *k, bool from_guest, const uint8_t *frame, size_t len)
{
	struct ether_header e;
	struct ether_arp arp;
	struct iphdr ip;
	struct tcphdr tcp;

	if (len < ETHER + sizeof(ip))
		return;
	memcpy(&e, frame, ETHER);
	if (from_guest && e.ether_type == htons(ETHERTYPE_ARP) && len >= NET_NOTICE_BYTES) {
		uint32_t address;

		memcpy(&arp, frame + ETHER, sizeof(arp));
		memcpy(&address, arp.arp_spa, sizeof(address));
		note_address(k, address, arp.arp_sha);
	}
	if (e.ether_type != htons(ETHERTYPE_IP))
		return;
	memcpy(&ip, frame + ETHER, sizeof(ip));
	if (from_guest)
		note_address(k, ip.saddr, e.ether_shost);
	if (ip.protocol != IPPROTO_TCP || ip.ihl * 4U < sizeof(ip) ||
	    len < ETHER + ip.ihl * 4U + sizeof(tcp))
		return;
	memcpy(&tcp, frame + ETHER + ip.ihl * 4U, sizeof(tcp));
	note_segment(k, from_guest, &ip, &tcp, e.ether_shost);
}

bool net_memory_notice(const struct net_keep *k, unsigned n, uint8_t frame[NET_NOTICE_BYTES])
{
	const struct net_neighbour *who = &k->neighbour[n];
	struct ether_header e = { .ether_type = htons(ETHERTYPE_ARP) };
	struct ether_arp a = {
		.ea_hdr = { htons(ARPHRD_ETHER), htons(ETHERTYPE_IP), 6, 4, htons(ARPOP_REPLY) },
	};

	if (!who->address)
		return false;
	memset(e.ether_dhost, 0xff, 6);
	memcpy(e.ether_shost, who->mac, 6);
	memcpy(a.arp_sha, who->mac, 6);
	memcpy(a.arp_spa, &who->address, 4);
	memcpy(a.arp_tpa, &who->address, 4);
	memcpy(frame, &e, ETHER);
	memcpy(frame + ETHER, &a, sizeof(a));
	return true;
}

/* The internet checksum of @len bytes, an even number, added to @sum. */
static uint16_t checksum(uint32_t sum, const void *bytes, size_t len)
{
	uint16_t word;

	for (size_t i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, (const char *)bytes + i, sizeof(word));
		sum += word;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

bool net_memory_probe(const struct net_keep *k, unsigned n, uint8_t frame[NET_PROBE_BYTES])
{
	const struct net_connection *c = &k->connection[n];
	const uint8_t router[6] = { 0x52, 0x55 }; /* whom it comes from, the guest does not mind */
	struct ether_header e = { .ether_type = htons(ETHERTYPE_IP) };
	struct iphdr ip = { .version = 4,
			    .ihl = 5,
			    .tot_len = htons(NET_PROBE_BYTES - ETHER),
			    .ttl = TTL,
			    .protocol = IPPROTO_TCP,
			    .saddr = c->other,
			    .daddr = c->guest };
	struct tcphdr tcp = {
		.source = c->other_port, .dest = c->guest_port, .doff = sizeof(tcp) / 4, .syn = 1
	};
	const struct {
		uint32_t from, to;
		uint16_t protocol, len;
	} pseudo = { c->other, c->guest, htons(IPPROTO_TCP), htons(sizeof(tcp)) };

	if (!c->guest)
		return false;
	memcpy(e.ether_dhost, c->mac, 6);
	memcpy(e.ether_shost, router, 6);
	ip.check = checksum(0, &ip, sizeof(ip));
	tcp.check = checksum((uint16_t)~checksum(0, &pseudo, sizeof(pseudo)), &tcp, sizeof(tcp));
	memcpy(frame, &e, ETHER);
	memcpy(frame + ETHER, &ip, sizeof(ip));
	memcpy(frame + ETHER + sizeof(ip), &tcp, sizeof(tcp));
	return true;
}
