/* SPDX-License-Identifier: MIT */
/* Reads cs again and again, and writes four words that a debugger may watch. */
#include <stdio.h>

static volatile unsigned long word[4];

static unsigned long code_selector(void)
{
	unsigned long value;

	__asm__ volatile("mov %%cs, %0" : "=r"(value));
	return value;
}

__attribute__((noinline)) static void turn(unsigned long n)
{
	unsigned long cs = code_selector();

	for (unsigned i = 0; i < 4; i++)
		word[i] = n;
	printf("turn %lu: cs 0x%lx\n", n, cs);
}

int main(void)
{
	for (unsigned long n = 1; n <= 4; n++)
		turn(n);
	return 0;
}
