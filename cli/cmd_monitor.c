// SPDX-License-Identifier: MIT
/* l4ux monitor, pause, resume: questions and orders to a running system. */
#define _GNU_SOURCE
#include "cli.h"
#include "control.h"

#include "../ux-kernel/host/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 8
#define PROMPT "(l4ux) "

static const char monitor_help[] =
	"usage: l4ux monitor [--json] NAME|PID [COMMAND [ARGUMENT...]]\n\n"
	"Asks a running system; without COMMAND, for each line of the input. 'help' lists the\n"
	"commands.\n\n"
	"      --json            results as JSON objects, one per line\n";

static const struct option longopts[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Names of a command's arguments, from the system itself; heap. */
static char *argument_names(struct control *c, const char *command, char why[200])
{
	json_t *help = control_ask(c, "help", NULL, why), *list, *row;
	char *names = NULL;
	size_t n;

	if (!help)
		return NULL;
	list = json_object_get(help, "commands");
	json_array_foreach(list, n, row)
	{
		const char *name = json_string_value(json_object_get(row, "command"));
		const char *args = json_string_value(json_object_get(row, "arguments"));

		if (!names && name && args && !strcmp(name, command))
			names = strdup(args);
	}
	if (!names)
		snprintf(why, 200, "no command '%.60s'; help lists them", command);
	json_decref(help);
	return names;
}

/* Words as arguments by their place. NULL: too many. */
static json_t *arguments(char *names, char **words, int count)
{
	json_t *args = json_object();
	char *name = NULL;

	for (int i = 0; i < count; i++) {
		name = strtok_r(i ? NULL : names, " []", &names);
		if (!name) {
			json_decref(args);
			return NULL;
		}
		json_object_set_new(args, name, json_string(words[i]));
	}
	return args;
}

static int ask(struct control *c, char **words, int count, bool json)
{
	char why[200] = "";
	char *names = argument_names(c, words[0], why);
	json_t *args, *result = NULL;

	if (names) {
		args = arguments(names, words + 1, count - 1);
		if (args)
			result = control_ask(c, words[0], args, why);
		else
			snprintf(why, sizeof(why), "too many arguments");
	}
	free(names);
	if (!result) {
		report_error("%s: %s", words[0], why);
		return EXIT_FAILURE;
	}
	if (json) {
		json_dumpf(result, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		show_result(result);
	}
	fflush(stdout);
	json_decref(result);
	return EXIT_SUCCESS;
}

static int converse(struct control *c, bool json)
{
	bool prompt = isatty(STDIN_FILENO) && !json;
	char *line = NULL;
	size_t size = 0;
	int status = EXIT_SUCCESS;

	for (;;) {
		char *words[WORDS_MAX], *rest;
		int n = 0;

		if (prompt) {
			fputs(PROMPT, stdout);
			fflush(stdout);
		}
		if (getline(&line, &size, stdin) < 0)
			break;
		for (char *w = strtok_r(line, " \t\n", &rest); w && n < WORDS_MAX;
		     w = strtok_r(NULL, " \t\n", &rest))
			words[n++] = w;
		if (n && (!strcmp(words[0], "quit") || !strcmp(words[0], "exit")))
			break;
		if (n)
			status = ask(c, words, n, json);
	}
	free(line);
	return status;
}

int cmd_monitor(int argc, char **argv)
{
	struct control c;
	bool json = false;
	int opt, e;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+h", longopts, NULL)) != -1) {
		if (opt == 'h')
			return usage_print(monitor_help);
		if (opt != 'j')
			return usage_error("monitor: unknown option '%s'", argv[optind - 1]);
		json = true;
	}
	if (optind == argc)
		return usage_error("monitor: which system? 'l4ux list' shows them");
	e = control_open(&c, argv[optind]);
	if (e)
		return e;
	if (argc - optind > 1)
		e = ask(&c, argv + optind + 1, argc - optind - 1, json);
	else
		e = converse(&c, json);
	control_close(&c);
	return e;
}

static int order(int argc, char **argv)
{
	int status = EXIT_SUCCESS;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		printf("usage: l4ux %s NAME|PID...\n\n%s.\n", argv[0],
		       !strcmp(argv[0], "pause") ? "Stops running systems for a while"
						 : "Lets paused systems go on");
		return EXIT_SUCCESS;
	}
	if (argc < 2)
		return usage_error("%s: which system? 'l4ux list' shows them", argv[0]);
	for (int i = 1; i < argc; i++) {
		struct control c;
		char why[200];
		json_t *result;
		int e = control_open(&c, argv[i]);

		if (!e) {
			result = control_ask(&c, argv[0], NULL, why);
			if (!result) {
				report_error("%s %s: %s", argv[0], argv[i], why);
				e = EXIT_FAILURE;
			}
			json_decref(result);
			control_close(&c);
		}
		if (e)
			status = e;
	}
	return status;
}

int cmd_pause(int argc, char **argv)
{
	return order(argc, argv);
}

int cmd_resume(int argc, char **argv)
{
	return order(argc, argv);
}
