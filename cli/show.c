// SPDX-License-Identifier: MIT
/* Results of the monitor as text. */
#define _GNU_SOURCE
#include "../ux-kernel/host/report.h"
#include "control.h"

#include <stdio.h>
#include <string.h>

#define CELL 96
#define COLUMNS_MAX 24U

/* Names come from the guest: nothing in them may reach the terminal's control. */
static const char *cell(const json_t *v, char buf[CELL])
{
	if (json_is_string(v))
		snprintf(buf, CELL, "%s", json_string_value(v));
	else if (json_is_integer(v))
		snprintf(buf, CELL, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else
		snprintf(buf, CELL, "%s", json_is_true(v) ? "yes" : json_is_false(v) ? "no" : "-");
	report_tame(buf);
	return buf;
}

static void show_row(const json_t *row, const char *const *column, const int *width, unsigned n)
{
	char buf[CELL];

	for (unsigned i = 0; i < n; i++) {
		const json_t *v = json_object_get(row, column[i]);
		const char *s = v ? cell(v, buf) : "";

		if (i + 1 == n)
			printf("%s\n", s);
		else
			printf("%-*s  ", width[i], s);
	}
}

static void show_table(const json_t *rows)
{
	const char *column[COLUMNS_MAX], *key;
	int width[COLUMNS_MAX] = { 0 };
	unsigned n = 0;
	char buf[CELL];
	json_t *row, *value;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		json_object_foreach(row, key, value)
		{
			unsigned c = 0;
			int len = (int)strlen(cell(value, buf));

			while (c < n && strcmp(column[c], key) != 0)
				c++;
			if (c == n && n < COLUMNS_MAX) {
				column[n] = key;
				width[n++] = (int)strlen(key);
			}
			if (c < n && len > width[c])
				width[c] = len;
		}
	}
	for (unsigned c = 0; c < n; c++) {
		if (c + 1 == n)
			printf("%s\n", column[c]);
		else
			printf("%-*s  ", width[c], column[c]);
	}
	json_array_foreach(rows, i, row)
	{
		show_row(row, column, width, n);
	}
}

void show_result(const json_t *result)
{
	const char *key;
	json_t *value;
	char buf[CELL];

	json_object_foreach((json_t *)result, key, value)
	{
		if (!json_is_array(value))
			printf("%-14s %s\n", key, cell(value, buf));
		else if (json_array_size(value))
			show_table(value);
		else
			printf("no %s\n", key);
	}
}
