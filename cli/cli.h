/* cli.h - what every command of sshwhy shares. */

#ifndef SSHWHY_CLI_H
#define SSHWHY_CLI_H

#include "sshwhy/err.h"

/* Exit statuses are interface. Commands without a verdict use 0 for success. */
enum sw_exit {
	SW_EXIT_ADMITTED = 0,
	SW_EXIT_REJECTED = 1,
	SW_EXIT_UNKNOWN = 2, /* can't tell */
	SW_EXIT_USAGE = 3,   /* the command line is wrong */
	SW_EXIT_IO = 4	     /* a file, the network or memory failed */
};

/*
 * Print one line on stderr, "sshwhy: " and the words, with everything in it
 * that could steer a terminal made visible.
 */
void sw_complain(const char *format, ...) SW_PRINTF(1, 2);

/*
 * A command gets its own name as argv[0] and parses the rest with getopt. It
 * returns an enum sw_exit, having said on stderr why when that is above
 * SW_EXIT_UNKNOWN.
 */
typedef int (*sw_command_fn)(int argc, char **argv);

#endif
