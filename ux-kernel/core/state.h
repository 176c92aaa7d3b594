/* SPDX-License-Identifier: MIT */
/*
 * STATE marks every variable that is part of the state of a system, as its objects are. Together
 * they are one section, which a snapshot saves as it is (snapshot/).
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#define STATE __attribute__((section("core_state")))

#include <stddef.h>
#include <stdint.h>

/* The linker's names for that section. */
extern char __start_core_state[], __stop_core_state[];

static inline size_t state_size(void)
{
	return (uintptr_t)__stop_core_state - (uintptr_t)__start_core_state;
}

#endif
