/* SPDX-License-Identifier: MIT */
/* A shared library with thread-local storage: the dynamic TLS model for threads.c. */
#include "tls.h"

static __thread long slot = 1000;
__thread int tls_visible = 7;

long tls_add(long n)
{
	slot += n;
	return slot;
}

void *tls_address(void)
{
	return &slot;
}
