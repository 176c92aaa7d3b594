// SPDX-License-Identifier: MIT
/* From run numbers to faults. */
#include "faultspace.h"

#include "../../ux-kernel/host/report.h"
#include "../cli.h"

#include <inttypes.h>

/* Random numbers by position: the @k-th of run @n (Steele et al., SplitMix64). */
static uint64_t draw(uint64_t seed, uint64_t n, unsigned k)
{
	uint64_t z = seed + (n * 4 + k + 1) * 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* A number below @range, every one as likely as the others but for 2^-64 of @range. */
static uint64_t below(uint64_t random, uint64_t range)
{
	return (unsigned __int128)random * range >> 64;
}

static uint64_t occurrences(const struct campaign_fault *f, uint64_t seen)
{
	uint64_t to = f->to < seen ? f->to : seen;

	return to >= f->from ? to - f->from + 1 : 0;
}

static uint64_t arguments(const struct campaign_fault *f)
{
	if (f->args)
		return f->args;
	return f->plan.point->arg_range ? f->plan.point->arg_range : 1;
}

static void choose(const struct campaign_fault *f, uint64_t when, uint64_t arg,
		   struct fault_plan *p)
{
	*p = f->plan;
	p->first = p->last = f->from + when;
	if (f->args) {
		p->arg = f->arg[arg];
		p->address = f->address[arg];
	} else if (p->point->arg_range) {
		p->arg = arg;
	}
}

int faultspace_init(struct faultspace *s, const struct campaign *c, const uint64_t *seen)
{
	uint64_t total = 0;

	*s = (struct faultspace){ .c = c };
	for (unsigned i = 0; i < c->faults; i++) {
		uint64_t times = occurrences(&c->fault[i], seen[i]);

		s->seen[i] = seen[i];
		if (!times) {
			report_error("faults[%u]: %s never comes about without a fault: %" PRIu64
				     " such %s of its target were seen",
				     i, c->fault[i].plan.point->name, seen[i],
				     fault_event_names[c->fault[i].plan.point->event]);
			return EXIT_USAGE;
		}
		s->weights += c->fault[i].weight;
		if (!c->sweep)
			continue;
		if (__builtin_mul_overflow(times, arguments(&c->fault[i]), &s->size[i]) ||
		    __builtin_add_overflow(total, s->size[i], &total)) {
			report_error("the space of faults is too large to sweep; give \"args\" or "
				     "\"when\", or sample it");
			return EXIT_USAGE;
		}
	}
	s->runs = c->sweep && (!c->runs || c->runs > total) ? total : c->runs;
	if (s->runs <= CAMPAIGN_RUNS_MAX)
		return 0;
	report_error("a sweep of %" PRIu64 " runs is too large; give \"runs\", or sample", total);
	return EXIT_USAGE;
}

static unsigned sweep(const struct faultspace *s, uint64_t n, struct fault_plan *p)
{
	unsigned i = 0;
	uint64_t args;

	while (n >= s->size[i])
		n -= s->size[i++];
	args = arguments(&s->c->fault[i]);
	choose(&s->c->fault[i], n / args, n % args, p);
	return i;
}

static unsigned sample(const struct faultspace *s, uint64_t n, struct fault_plan *p)
{
	uint64_t seed = s->c->seed, w = below(draw(seed, n, 0), s->weights);
	const struct campaign_fault *f = s->c->fault;

	while (w >= f->weight)
		w -= f++->weight;
	choose(f, below(draw(seed, n, 1), occurrences(f, s->seen[f - s->c->fault])),
	       below(draw(seed, n, 2), arguments(f)), p);
	return (unsigned)(f - s->c->fault);
}

unsigned faultspace_fault(const struct faultspace *s, uint64_t n, struct fault_plan *p)
{
	return s->c->sweep ? sweep(s, n, p) : sample(s, n, p);
}
