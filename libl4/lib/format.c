/* SPDX-License-Identifier: MIT */
/* Formatting for printf() and snprintf(). */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

/* One conversion. */
struct format_spec {
	int left, zero, width, precision, longs;
};

static void format_char(struct format_out *o, char c)
{
	if (o->at == o->size && o->flush)
		o->flush(o);
	if (o->at < o->size)
		o->to[o->at++] = c;
	o->len++;
}

static void format_pad(struct format_out *o, char c, int n)
{
	for (; n > 0; n--)
		format_char(o, c);
}

/* Text with its prefix (sign, 0x) in a field. */
static void format_field(struct format_out *o, struct format_spec const *s, const char *prefix,
			 const char *text, size_t len)
{
	int pad = s->width - (int)(len + strlen(prefix));

	if (!s->left && !s->zero)
		format_pad(o, ' ', pad);
	for (; *prefix; prefix++)
		format_char(o, *prefix);
	if (!s->left && s->zero)
		format_pad(o, '0', pad);
	for (; len; len--)
		format_char(o, *text++);
	if (s->left)
		format_pad(o, ' ', pad);
}

static void format_number(struct format_out *o, struct format_spec const *s, const char *prefix,
			  unsigned long value, unsigned base, const char *digits)
{
	char text[24];
	size_t at = sizeof(text);

	do {
		text[--at] = digits[value % base];
		value /= base;
	} while (value);
	format_field(o, s, prefix, text + at, sizeof(text) - at);
}

/* A number or an asterisk. */
static int format_parameter(const char **f, va_list *args)
{
	int n = 0;

	if (**f == '*') {
		(*f)++;
		return va_arg(*args, int);
	}
	for (; **f >= '0' && **f <= '9'; (*f)++)
		n = n * 10 + (**f - '0');
	return n;
}

static struct format_spec format_parse(const char **f, va_list *args)
{
	struct format_spec s = { .precision = -1 };

	for (;; (*f)++) {
		if (**f == '-')
			s.left = 1;
		else if (**f == '0')
			s.zero = 1;
		else
			break;
	}
	s.width = format_parameter(f, args);
	if (**f == '.') {
		(*f)++;
		s.precision = format_parameter(f, args);
	}
	for (; **f == 'l' || **f == 'z'; (*f)++)
		s.longs++;
	return s;
}

static void format_string(struct format_out *o, struct format_spec const *s, const char *text)
{
	size_t len = 0;

	if (!text)
		text = "(null)";
	while ((s->precision < 0 || len < (size_t)s->precision) && text[len])
		len++;
	format_field(o, s, "", text, len);
}

static void format_convert(struct format_out *o, struct format_spec *s, char type, va_list *args)
{
	static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
	unsigned long value;
	char c;

	switch (type) {
	case 'd':
	case 'i': {
		long n = s->longs ? va_arg(*args, long) : va_arg(*args, int);

		format_number(o, s, n < 0 ? "-" : "", n < 0 ? -(unsigned long)n : (unsigned long)n,
			      10, lower);
		break;
	}
	case 'u':
	case 'x':
	case 'X':
		value = s->longs ? va_arg(*args, unsigned long) : va_arg(*args, unsigned);
		format_number(o, s, "", value, type == 'u' ? 10 : 16, type == 'X' ? upper : lower);
		break;
	case 'p':
		format_number(o, s, "0x", (unsigned long)va_arg(*args, void *), 16, lower);
		break;
	case 's':
		format_string(o, s, va_arg(*args, const char *));
		break;
	case 'c':
		c = (char)va_arg(*args, int);
		format_field(o, s, "", &c, 1);
		break;
	default:
		format_char(o, type);
	}
}

int format_run(struct format_out *o, const char *format, va_list args)
{
	va_list rest;

	va_copy(rest, args);
	while (*format) {
		struct format_spec s;

		if (*format != '%') {
			format_char(o, *format++);
			continue;
		}
		format++;
		s = format_parse(&format, &rest);
		if (!*format)
			break;
		format_convert(o, &s, *format++, &rest);
	}
	va_end(rest);
	return o->len > INT_MAX ? INT_MAX : (int)o->len;
}

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list args)
{
	struct format_out o = { .to = to, .size = size ? size - 1 : 0 };
	int len = format_run(&o, format, args);

	if (size)
		to[o.at] = '\0';
	return len;
}

int snprintf(char *restrict to, size_t size, const char *restrict format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(to, size, format, args);
	va_end(args);
	return len;
}
