#include "sshwhy/addr.h"

#include "sshwhy/num.h"

#include <stdio.h>
#include <string.h>

static uint8_t bits_of(uint8_t family)
{
	if (family == SW_FAMILY_V4)
		return 32;
	return family == SW_FAMILY_V6 ? 128 : 0;
}

/* The bits of byte number i that a prefix of len bits covers. */
static uint8_t mask_of(size_t i, uint8_t len)
{
	size_t before = i * 8;

	if (len <= before)
		return 0;
	if (len >= before + 8)
		return 0xff;
	return (uint8_t)(0xff << (8 - (len - before)));
}

static struct sw_prefix cut(const struct sw_addr *addr, uint8_t len)
{
	struct sw_prefix prefix = {.base = *addr, .len = len};

	if (len > bits_of(addr->family))
		prefix.len = bits_of(addr->family);
	for (size_t i = 0; i < sizeof(prefix.base.bytes); i++)
		prefix.base.bytes[i] &= mask_of(i, prefix.len);
	return prefix;
}

/* text is the part behind the "/". */
static enum sw_err parse_len(const char *text, const struct sw_addr *addr,
			     bool mapped, uint8_t *out_len)
{
	uint64_t max = mapped ? 128 : bits_of(addr->family);
	uint64_t len = 0;
	enum sw_err err = sw_num_parse(text, max, &len);

	if (err != SW_OK)
		return err;
	if (mapped && len < 96)
		return SW_E_RANGE;
	*out_len = (uint8_t)(mapped ? len - 96 : len);
	return SW_OK;
}

enum sw_err sw_prefix_parse(const char *text, struct sw_prefix *out)
{
	char base[SW_PREFIX_TEXT_MAX + 16]; /* a scope id may follow */
	size_t base_len = strcspn(text, "/");
	struct sw_addr addr;
	uint8_t len = UINT8_MAX;
	enum sw_err err;
	bool mapped;

	if (base_len >= sizeof(base))
		return SW_E_SYNTAX;
	memcpy(base, text, base_len);
	base[base_len] = '\0';
	err = sw_addr_parse(base, &addr);
	if (err != SW_OK)
		return err;
	mapped = addr.family == SW_FAMILY_V4 && strchr(base, ':') != NULL;
	if (text[base_len] == '/')
		err = parse_len(text + base_len + 1, &addr, mapped, &len);
	if (err != SW_OK)
		return err;
	*out = cut(&addr, len);
	return SW_OK;
}

char *sw_prefix_format(const struct sw_prefix *prefix, char *buf)
{
	size_t len;

	(void)sw_addr_format(&prefix->base, buf);
	if (prefix->len >= bits_of(prefix->base.family))
		return buf;
	len = strlen(buf);
	(void)snprintf(buf + len, SW_PREFIX_TEXT_MAX - len, "/%u", prefix->len);
	return buf;
}

bool sw_prefix_contains(const struct sw_prefix *prefix,
			const struct sw_addr *addr)
{
	struct sw_prefix other;

	if (addr->family == SW_FAMILY_NONE)
		return false;
	other = cut(addr, prefix->len);
	return other.len == prefix->len &&
	       sw_addr_equal(&other.base, &prefix->base);
}

struct sw_prefix sw_prefix_of(const struct sw_addr *addr, uint8_t v4_len,
			      uint8_t v6_len)
{
	return cut(addr, addr->family == SW_FAMILY_V4 ? v4_len : v6_len);
}
