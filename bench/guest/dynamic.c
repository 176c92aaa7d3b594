/* SPDX-License-Identifier: MIT */
/* The smallest program that needs the dynamic loader and the C library: /bin/true. */
int main(void)
{
	return 0;
}
