#include "sshwhy/fact.h"

#include "sshwhy/record.h"

#include <stdbool.h>
#include <string.h>

#define FIXED offsetof(struct sw_fact, text)
/* The first version's fixed part: a shorter message is nobody's. */
#define OLDEST offsetof(struct sw_fact, user)

void sw_fact_init(struct sw_fact *fact, enum sw_fact_kind kind, int64_t now,
		  pid_t pid)
{
	memset(fact, 0, sizeof(*fact));
	fact->magic = SW_FACT_MAGIC;
	fact->size = (uint16_t)FIXED;
	fact->kind = (uint16_t)kind;
	fact->time = now;
	fact->pid = pid;
}

void sw_fact_set_text(struct sw_fact *fact, const char *text)
{
	size_t len = strnlen(text, sizeof(fact->text) - 1);

	memcpy(fact->text, text, len);
	fact->text[len] = '\0';
	fact->text_len = (uint16_t)len;
}

size_t sw_fact_length(const struct sw_fact *fact)
{
	return FIXED + fact->text_len;
}

static void terminate(struct sw_fact *fact)
{
	fact->user[sizeof(fact->user) - 1] = '\0';
	fact->rule.source[sizeof(fact->rule.source) - 1] = '\0';
	fact->rule.text[sizeof(fact->rule.text) - 1] = '\0';
	fact->rule.owner[sizeof(fact->rule.owner) - 1] = '\0';
}

static bool is_endpoint(const struct sw_endpoint *end)
{
	return end->addr.family == SW_FAMILY_NONE ||
	       end->addr.family == SW_FAMILY_V4 ||
	       end->addr.family == SW_FAMILY_V6;
}

static bool is_sound(const struct sw_fact *fact)
{
	return fact->kind != SW_FACT_NONE && fact->kind < SW_FACT_COUNT_ &&
	       fact->cause < SW_CAUSE_COUNT_ && fact->via < SW_VIA_COUNT_ &&
	       fact->pid > 0 && is_endpoint(&fact->client) &&
	       is_endpoint(&fact->server);
}

enum sw_err sw_fact_read(const void *bytes, size_t len, struct sw_fact *out)
{
	struct sw_fact fact = {0};
	size_t fixed, known, text;

	if (len < OLDEST)
		return SW_E_SYNTAX;
	memcpy(&fact, bytes, OLDEST);
	fixed = fact.size;
	if (fact.magic != SW_FACT_MAGIC || fixed < OLDEST || fixed > len)
		return SW_E_SYNTAX;
	known = fixed < FIXED ? fixed : FIXED;
	memcpy(&fact, bytes, known);
	text = len - fixed;
	if (text != fact.text_len)
		return SW_E_SYNTAX;
	if (text > sizeof(fact.text) - 1)
		text = sizeof(fact.text) - 1;
	memcpy(fact.text, (const char *)bytes + fixed, text);
	fact.text[text] = '\0';
	fact.text_len = (uint16_t)strlen(fact.text);
	fact.size = (uint16_t)FIXED;
	terminate(&fact);
	if (!is_sound(&fact))
		return SW_E_SYNTAX;
	*out = fact;
	return SW_OK;
}
