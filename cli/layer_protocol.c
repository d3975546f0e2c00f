#include "layers.h"

#include "host_key.h"
#include "live.h"

#include "sshwhy/ask_sshd.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define OFFER "Their offer: "

/* Before 9.8, which brought the penalties, each connection reads the host keys
 * anew; since then the listener hands its own on. */
static bool reads_keys(const struct sw_sshd_settings *settings)
{
	char value[SW_SSHD_VALUE_MAX];

	return settings == NULL ||
	       !sw_sshd_value(settings, "persourcepenalties", value,
			      sizeof(value));
}

static bool lacks_what_it_needs(const struct sw_question *question,
				const struct sw_sshd_settings *settings,
				struct sw_layer *out)
{
	struct sw_layer found = *out;

	if (!sw_layer_take_complaint(sw_live_complaint(question), &found) ||
	    found.cause == SW_CAUSE_SERVER_CONFIG ||
	    (found.cause == SW_CAUSE_SERVER_HOST_KEYS && !reads_keys(settings)))
		return false;
	if (settings != NULL && found.cause == SW_CAUSE_SERVER_HOST_KEYS)
		sw_sshd_rule(settings, "HostKey", &found.rule);
	/* An sshd without keys does not tell its settings; its record does. */
	else if (question->last != NULL && question->last->cause == found.cause)
		found.rule = question->last->rule;
	*out = found;
	return true;
}

/* The value of -T holds names with commas between them. */
static bool has_name(const char *value, const char *name, size_t len)
{
	while (*value != '\0') {
		size_t n = strcspn(value, ",");

		if (n == len && memcmp(value, name, len) == 0)
			return true;
		value += n + (value[n] != '\0');
	}
	return false;
}

/* True when one of an offer is on and, if it needs a host key, has one. */
static bool has_one_of(const struct sw_sshd_settings *settings,
		       const char *keyword, const char *value,
		       const char *offer)
{
	bool needs_key = strcmp(keyword, "HostKeyAlgorithms") == 0;

	while (*offer != '\0' && *offer != ' ') {
		size_t len = strcspn(offer, ", ");

		if (has_name(value, offer, len) &&
		    (!needs_key || sw_host_key_serves(settings, offer, len)))
			return true;
		offer += len + (offer[len] == ',');
	}
	return false;
}

static void recall_offer(const struct sw_question *question,
			 const struct sw_sshd_settings *settings,
			 struct sw_layer *out)
{
	const char *words = question->last->root;
	const char *keyword = sw_sshd_keyword(question->last->cause, words);
	const char *offer = strstr(words, OFFER);
	char value[SW_SSHD_VALUE_MAX * 2];

	if (keyword == NULL || offer == NULL || settings == NULL ||
	    !sw_sshd_value(settings, keyword, value, sizeof(value)))
		return;
	offer += strlen(OFFER);
	if (has_one_of(settings, keyword, value, offer)) {
		(void)snprintf(out->detail, sizeof(out->detail),
			       "%s has one of its last offer now", keyword);
		return;
	}
	out->outcome = SW_LAYER_DEPENDS;
	sw_sshd_rule(settings, keyword, &out->rule);
	(void)snprintf(out->detail, sizeof(out->detail),
		       "on its client, which last offered only %.120s", offer);
}

/*
 * What a client speaks is seen when it speaks. A client that speaks SSH 2 with
 * an algorithm that sshd has gets through, so that passes; one that was seen to
 * speak something else is told from the others.
 */
void sw_layer_ask_protocol(const struct sw_question *question,
			   struct sw_layer *out)
{
	const struct sw_sshd_settings *settings = sw_live_settings(question);
	const struct sw_record *last = question->last;

	if (settings == NULL && question->live->complaint[0] == '\0' &&
	    sw_live_complaint(question)[0] == '\0') {
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   question->live->refused);
		return;
	}
	if (lacks_what_it_needs(question, settings, out))
		return;
	out->outcome = SW_LAYER_PASS;
	(void)sw_text_copy(out->detail, sizeof(out->detail),
			   "for SSH 2 with a common algorithm");
	if (last == NULL || sw_cause_stage(last->cause) != SW_STAGE_PROTOCOL)
		return;
	if (last->cause == SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM) {
		recall_offer(question, settings, out);
	} else if (strncmp(sw_cause_code(last->cause), "protocol.", 9) == 0) {
		out->outcome = SW_LAYER_DEPENDS;
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   "on what its client says this time");
	}
}
