/* Any message of a module: what is taken is in this version's form. */

#include "sshwhy/fact.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define ENDS(text) (memchr(text, '\0', sizeof(text)) != NULL)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_fact fact, again;
	enum sw_err err;

	memset(&fact, 0x5a, sizeof(fact));
	again = fact;
	err = sw_fact_read(data, size, &fact);
	if (err != SW_OK) {
		if (memcmp(&fact, &again, sizeof(fact)) != 0)
			abort();
		return 0;
	}
	if (!ENDS(fact.text) || !ENDS(fact.user) || !ENDS(fact.rule.source) ||
	    !ENDS(fact.rule.text) || !ENDS(fact.rule.owner) ||
	    fact.kind == SW_FACT_NONE || fact.kind >= SW_FACT_COUNT_ ||
	    fact.cause >= SW_CAUSE_COUNT_ || fact.pid <= 0 ||
	    strlen(fact.text) != fact.text_len)
		abort();
	/* What was read can be sent on, and is read as the same. */
	if (sw_fact_read(&fact, sw_fact_length(&fact), &again) != SW_OK ||
	    memcmp(&fact, &again, sw_fact_length(&fact)) != 0)
		abort();
	return 0;
}
