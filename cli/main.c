#include "cli.h"
#include "commands.h"

#include "config.h"

#include <stdio.h>
#include <string.h>

/* A word that names no command is a client to explain. */
#define FALLBACK "explain"

static const struct command {
	const char *name;
	sw_command_fn run;
	const char *arguments;
	const char *summary;
} commands[] = {
	{"allow", sw_cmd_allow,
	 "ADDRESS|PREFIX... [--for TIME] [--why TEXT] [--owner NAME]",
	 "let clients in whatever wider ban there is"},
	{"ban", sw_cmd_ban,
	 "ADDRESS|PREFIX...|--from FILE|- [--for TIME] [--why TEXT]"
	 " [--owner NAME] [--force]",
	 "refuse clients before sshd says a word"},
	{"bans", sw_cmd_bans, "[ADDRESS|PREFIX] [--owner NAME] [--json]",
	 "the ban list"},
	{"check", sw_cmd_check,
	 "[FILE...] [--root DIR] [--only LAYER] [--level LEVEL] [--json]",
	 "mistakes in the configuration of every layer"},
	{"disable", sw_cmd_disable,
	 "[--wrapper] [--pam] [--recorder] [--firewall] [--dry-run] [--yes]"
	 " [--root DIR]",
	 "undo what enable has done"},
	{"doctor", sw_cmd_doctor, "[--json]",
	 "which layers are visible, which are blind, and how to open them"},
	{"enable", sw_cmd_enable,
	 "[--wrapper] [--pam] [--recorder] [--firewall] [--dry-run] [--yes]"
	 " [--root DIR]",
	 "switch it on, observing only; shows first what it writes"},
	{"event", sw_cmd_event,
	 "ban|unban ADDRESS [--owner O] [--for SECONDS] [--why TEXT]",
	 "record a ban that another tool has placed or lifted"},
	{"explain", sw_cmd_explain,
	 "ADDRESS|NAME [--user U] [--port N] [-v] [--json]",
	 "why a client was refused, and what would happen to it now"},
	{"follow", sw_cmd_follow, "[FILTER...] [--limit N] [--json]",
	 "the records as they are written"},
	{"import", sw_cmd_import,
	 "FILE|- [--year Y] [--node NAME] [--since T] [--json]",
	 "the rejections in a log of sshd"},
	{"list", sw_cmd_list, "[FILTER...] [--json]",
	 "the records, oldest first"},
	{"metrics", sw_cmd_metrics, "[--output FILE] [--keep FILE]",
	 "counts for Prometheus, by cause and owner"},
	{"report", sw_cmd_report, "--html FILE [FILTER...]",
	 "all of it on one page"},
	{"status", sw_cmd_status, "[--root DIR] [--json]",
	 "which parts are switched on"},
	{"sync", sw_cmd_sync, "crowdsec URL --key-file FILE",
	 "take over the bans of a CrowdSec local API"},
	{"test", sw_cmd_test,
	 "ADDRESS [-C user=,host=,laddr=,lport=] [-v] [--json]",
	 "only what would happen to it now"},
	{"timeline", sw_cmd_timeline, "[FILTER...] [--step TIME] [--json]",
	 "refusals over time, as a chart"},
	{"top", sw_cmd_top,
	 "[--by client|prefix|cause|rule|owner|user] [FILTER...] [--json]",
	 "who was refused most, or by what"},
	{"unban", sw_cmd_unban,
	 "ADDRESS|PREFIX... [--owner NAME] | --all --owner NAME",
	 "take entries off the ban list"},
	{"wrapper", sw_cmd_wrapper,
	 "ADDRESS [--daemon D] [--name NAME] [--allow F] [--deny F] [--json]",
	 "which rule of hosts.allow or hosts.deny decides, and why"},
	{NULL, NULL, NULL, NULL},
};

static const struct command *command_named(const char *name)
{
	for (const struct command *c = commands; c->name != NULL; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

static int print_help(void)
{
	puts("usage: sshwhy ADDRESS|NAME [OPTION...]");
	for (const struct command *c = commands; c->name != NULL; c++)
		printf("       sshwhy %s %s\n", c->name, c->arguments);
	putchar('\n');
	for (const struct command *c = commands; c->name != NULL; c++)
		printf("  %-9s %s\n", c->name, c->summary);
	puts("\nA FILTER is --since T, --until T, --cause C, --client "
	     "A|PREFIX, "
	     "--rule FILE[:LINE],\n--owner NAME, --user U, --node NAME, "
	     "--event E or --log FILE; see sshwhy(1).");
	puts("\nExit status: 0 admitted, 1 rejected, 2 can't tell,"
	     " 3 usage, 4 input or output failed.");
	return 0;
}

static int print_version(void)
{
	puts(PACKAGE_STRING);
	return 0;
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		sw_complain("whom? Try: sshwhy ADDRESS, or sshwhy --help");
		return SW_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_help();
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return print_version();

	command = command_named(argv[1]);
	if (command != NULL)
		return command->run(argc - 1, argv + 1);
	command = command_named(FALLBACK);
	if (command != NULL)
		return command->run(argc, argv);
	sw_complain("%s: no such command", argv[1]);
	return SW_EXIT_USAGE;
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	/* A full disk or a closed pipe must not look like an answer. */
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		sw_complain("the output could not be written");
		return SW_EXIT_IO;
	}
	return status;
}
