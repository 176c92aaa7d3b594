// SPDX-License-Identifier: MIT
/* A program of the guest to look at with a debugger. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

volatile int counter;

int work(int n);

__attribute__((noinline)) int work(int n)
{
	counter += n + 1;
	return counter;
}

int main(int argc, char **argv)
{
	int steps = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 6;

	setvbuf(stdout, NULL, _IONBF, 0);
	printf("up\n");
	for (int i = 0; i < steps; i++) {
		getppid();
		printf("step %d\n", work(i));
		usleep(100000);
	}
	return counter == steps * (steps + 1) / 2 ? 5 : 1;
}
