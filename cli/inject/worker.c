// SPDX-License-Identifier: MIT
/* Workers: a socket of packets, a loop of runs. */
#define _GNU_SOURCE
#include "worker.h"

#include "../../ux-kernel/host/fork.h"
#include "stage.h"
#include "system.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of the one worker a process can be. */
static struct {
	const struct faultspace *space;
	const struct golden *golden;
	int fd;
} me;

static void judge(uint64_t id, struct run_record *r, struct worker_result *w)
{
	const struct campaign *c = me.space->c;
	struct spoken spoken = outcome_filter(c, &r->ending);

	*w = (struct worker_result){
		.id = id,
		.fired = r->fired,
		.trace = r->trace,
		.host_us = r->host_us,
		.reset_us = r->reset_us,
		.pages = r->changed,
		.status = r->ending.status,
	};
	w->outcome = outcome_judge(c, &me.golden->ending, &r->ending, spoken, &w->correct);
	memcpy(w->detail, r->detail, sizeof(w->detail));
	free(r->ending.output);
}

static int work(const struct kernel_config *system)
{
	const struct stage_plan s = { system, me.space->c, &me.golden->limits };
	struct worker_result w;
	struct fault_plan plan;
	struct run_record r;
	unsigned kind;
	uint64_t id;
	int e;

	while (recv(me.fd, &id, sizeof(id), 0) == sizeof(id)) {
		kind = faultspace_fault(me.space, id, &plan);
		e = stage_run(&s, &plan, kind, golden_entry(me.golden, kind, plan.first), &r);
		if (e == -EAGAIN)
			e = run_system(system, &plan, 1, &me.golden->limits, &r);
		if (e)
			return 0; /* no room for a run */
		judge(id, &r, &w);
		if (send(me.fd, &w, sizeof(w), MSG_NOSIGNAL) != sizeof(w))
			return 0;
	}
	return 0;
}

int worker_start(struct worker *w, const struct faultspace *space, const struct golden *golden)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	w->pid = fork_bound(SIGKILL);
	w->under_way = 0;
	if (!w->pid) {
		signal(SIGINT, SIG_IGN); /* the conductor decides */
		close(pair[0]);
		me.space = space;
		me.golden = golden;
		me.fd = pair[1];
		if (run_init() < 0)
			_exit(1);
		_exit(system_become(space->c, work));
	}
	close(pair[1]);
	w->fd = pair[0];
	if (w->pid > 0)
		return 0;
	close(w->fd);
	return -EAGAIN;
}

bool worker_tell(struct worker *w, uint64_t id)
{
	w->under_way++;
	return send(w->fd, &id, sizeof(id), MSG_NOSIGNAL) == sizeof(id);
}

bool worker_result(struct worker *w, struct worker_result *r)
{
	ssize_t n;

	do
		n = recv(w->fd, r, sizeof(*r), 0);
	while (n < 0 && errno == EINTR);
	w->under_way--;
	return n == sizeof(*r);
}

void worker_stop(struct worker *w)
{
	close(w->fd);
	kill(w->pid, SIGKILL);
	fork_wait(w->pid);
}
