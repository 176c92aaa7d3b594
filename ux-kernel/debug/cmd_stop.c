// SPDX-License-Identifier: MIT
/* Monitor: stop. */
#include "../core/arch.h"
#include "command.h"

#include <signal.h>

json_t *command_stop(const json_t *args, struct command_error *err)
{
	(void)args;
	(void)err;
	arch_shutdown(128 + SIGTERM);
	return json_pack("{s:s}", "state", "stopping");
}
