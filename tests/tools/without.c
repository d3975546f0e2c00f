/*
 * without - run a program on a kernel that lacks nf_tables.
 *
 *	without PROGRAM ARGUMENT...
 *
 * A seccomp filter answers socket(AF_NETLINK, ..., NETLINK_NETFILTER) as a
 * kernel without netfilter's netlink does: EPROTONOSUPPORT.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NUMBER offsetof(struct seccomp_data, nr)
/* The low half, where the machine is little-endian. */
#define ARGUMENT(n)                                                            \
	(offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
/* Skip this many instructions unless it is the value. */
#define UNLESS(value, skip)                                                    \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define END(what) BPF_STMT(BPF_RET | BPF_K, (what))

int main(int argc, char **argv)
{
	struct sock_filter rows[] = {
		LOAD(NUMBER),
		UNLESS(SYS_socket, 5),
		LOAD(ARGUMENT(0)),
		UNLESS(AF_NETLINK, 3),
		LOAD(ARGUMENT(2)),
		UNLESS(NETLINK_NETFILTER, 1),
		END(SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
		END(SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof(rows) / sizeof(rows[0]),
					   rows};

	if (argc < 2) {
		fputs("usage: without PROGRAM ARGUMENT...\n", stderr);
		return 2;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
		perror("seccomp");
		return 2;
	}
	(void)execvp(argv[1], &argv[1]);
	perror(argv[1]);
	return 2;
}
