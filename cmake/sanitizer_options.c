// SPDX-License-Identifier: MIT
/*
 * Of the host programs in a build with AddressSanitizer.
 *
 * No search for leaks at the end: it traces the process, which a device's filter does not let it
 * do, nor the kernel process' own children; and a command keeps until its end what its options say.
 * That the kernel process does not grow is what tests look at from outside, so freed memory is not
 * kept for long either. And who has an error ends like one that has crashed, not with status 1,
 * which is a guest's.
 */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0:quarantine_size_mb=8:abort_on_error=1";
}

const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1:abort_on_error=1";
}
