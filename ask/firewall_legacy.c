/* The tables of iptables-legacy, as its own program reads them. */

#include "firewall_blind.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TABLE_MAX (64U << 20) /* bytes */

/* The two families differ in what stands before the offsets of an entry. */
static const struct kind {
	const char *names;
	int domain;
	int level;
	size_t entry; /* bytes */
	size_t target_offset;
	size_t next_offset;
} kinds[] = {
	{"/proc/net/ip_tables_names", AF_INET, IPPROTO_IP,
	 sizeof(struct ipt_entry), offsetof(struct ipt_entry, target_offset),
	 offsetof(struct ipt_entry, next_offset)},
	{"/proc/net/ip6_tables_names", AF_INET6, IPPROTO_IPV6,
	 sizeof(struct ip6t_entry), offsetof(struct ip6t_entry, target_offset),
	 offsetof(struct ip6t_entry, next_offset)},
};

/* Accept, return, or a jump to entries that are looked at themselves. */
static bool lets_pass(const struct xt_entry_target *target)
{
	int verdict;

	/* The first entry of a chain of one's own, and the end of all. */
	if (strcmp(target->u.user.name, XT_ERROR_TARGET) == 0)
		return true;
	if (strcmp(target->u.user.name, XT_STANDARD_TARGET) != 0)
		return false;
	memcpy(&verdict, target->data, sizeof(verdict));
	return verdict >= 0 || verdict == -NF_ACCEPT - 1 ||
	       verdict == XT_RETURN;
}

static bool all_let_pass(const struct kind *kind, const uint8_t *entries,
			 size_t size)
{
	size_t at = 0;

	while (at + kind->entry <= size) {
		struct xt_standard_target target;
		uint16_t offset, next;

		memcpy(&offset, entries + at + kind->target_offset,
		       sizeof(offset));
		memcpy(&next, entries + at + kind->next_offset, sizeof(next));
		if (offset + sizeof(target.target) > next || next > size - at)
			return false;
		memset(&target, 0, sizeof(target));
		memcpy(&target, entries + at + offset,
		       next - offset < (int)sizeof(target)
			       ? (size_t)(next - offset)
			       : sizeof(target));
		if (!lets_pass(&target.target))
			return false;
		at += next;
	}
	return true;
}

/* Both families have these structures, under their own names. */
static bool table_decides(const struct kind *kind, int fd, const char *name)
{
	sw_autofree struct ipt_get_entries *entries = NULL;
	struct ipt_getinfo info;
	socklen_t len = sizeof(info);

	memset(&info, 0, sizeof(info));
	(void)sw_text_copy(info.name, sizeof(info.name), name);
	if (getsockopt(fd, kind->level, IPT_SO_GET_INFO, &info, &len) != 0 ||
	    info.size > TABLE_MAX)
		return true;
	len = (socklen_t)(sizeof(*entries) + info.size);
	entries = calloc(1, len);
	if (entries == NULL)
		return true;
	memcpy(entries->name, info.name, sizeof(entries->name));
	entries->size = info.size;
	if (getsockopt(fd, kind->level, IPT_SO_GET_ENTRIES, entries, &len) != 0)
		return true;
	return !all_let_pass(kind, (const uint8_t *)entries->entrytable,
			     info.size);
}

bool sw_legacy_decides(uint8_t family)
{
	const struct kind *kind = &kinds[family == SW_FAMILY_V6];
	char name[XT_TABLE_MAXNAMELEN + 1];
	FILE *names = fopen(kind->names, "re");
	bool decides = false;
	int fd;

	if (names == NULL)
		return false;
	fd = socket(kind->domain, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	while (!decides && fgets(name, sizeof(name), names) != NULL) {
		name[strcspn(name, "\n")] = '\0';
		decides = fd < 0 || table_decides(kind, fd, name);
	}
	if (fd >= 0)
		(void)close(fd);
	(void)fclose(names);
	return decides;
}
