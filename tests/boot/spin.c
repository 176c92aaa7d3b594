/* SPDX-License-Identifier: MIT */
/* Says so, then computes for ever without entering the kernel. */
#include <stdio.h>

int main(void)
{
	puts("spinning");
	for (volatile unsigned long i = 0;; i++)
		;
}
