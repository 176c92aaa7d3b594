/* SPDX-License-Identifier: MIT */
/* What libtls.so exports; threads.c looks it up at run time. */
#pragma once

/* Add to the calling thread's own number, which starts at 1000. */
long tls_add(long n);
/* Where the calling thread's number is. */
void *tls_address(void);

extern __thread int tls_visible;
