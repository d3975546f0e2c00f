#include "firewall_blind.h"

#include "nl.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <linux/bpf.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's headers are older than the kernels that have it (6.6). */
#define TCX_INGRESS 46

/* A message with a filter in it: a dump also tells of empty chains. */
static bool has_filters(int index)
{
	uint8_t bytes[64] __attribute__((aligned(8)));
	sw_autofd int fd = sw_nl_open(NETLINK_ROUTE);
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	const struct nlmsghdr *filter = NULL;
	struct sw_blob blob = {0};
	struct tcmsg *header;
	bool found = false;

	request->nlmsg_type = RTM_GETTFILTER;
	request->nlmsg_flags = NLM_F_DUMP;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->tcm_ifindex = index;
	header->tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
	if (fd < 0 || sw_nl_ask(fd, request, &blob) != SW_OK)
		blob.len = 0;
	while (!found && (filter = sw_blob_next(&blob, filter)) != NULL)
		found = filter->nlmsg_type == RTM_NEWTFILTER;
	sw_blob_free(&blob);
	return found;
}

/* Programs that are attached without a filter of tc(8). */
static bool has_tcx(int index)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = (uint32_t)index;
	attr.query.attach_type = TCX_INGRESS;
	return syscall(SYS_bpf, BPF_PROG_QUERY, &attr, sizeof(attr)) == 0 &&
	       attr.query.prog_cnt > 0;
}

void sw_firewall_blind_spots(const struct sw_host *host,
			     const struct sw_ruleset *ruleset, uint8_t family,
			     char *out, size_t size)
{
	/* In the order that a packet meets them. */
	const struct {
		bool is_there;
		const char *words;
	} spots[] = {
		{host->has_xdp, "an XDP program of the interface"},
		{has_filters(host->index) || has_tcx(host->index),
		 "tc filters of the interface"},
		{ruleset->has_device_chains,
		 "ingress chains of an interface (netdev)"},
		{sw_legacy_decides(family), "tables of iptables-legacy"},
	};
	const size_t count = sizeof(spots) / sizeof(spots[0]);
	size_t left = 0, said = 0;
	struct sw_text text;

	out[0] = '\0';
	for (size_t i = 0; i < count; i++)
		left += spots[i].is_there ? 1 : 0;
	sw_text_init(&text, out, size);
	for (size_t i = 0; i < count; i++) {
		if (!spots[i].is_there)
			continue;
		left--;
		sw_text_add(&text, "%s%s",
			    said == 0	? ""
			    : left == 0 ? " and "
					: ", ",
			    spots[i].words);
		said++;
	}
}
