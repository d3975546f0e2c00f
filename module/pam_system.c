#include "pam.h"

#include <net/if.h>
#include <netdb.h>
#include <security/pam_modutil.h>

static enum sw_wrapper_answer from(bool yes)
{
	return yes ? SW_ANSWER_YES : SW_ANSWER_NO;
}

enum sw_wrapper_answer sw_pam_system_ask(pam_handle_t *pamh,
					 enum sw_wrapper_question question,
					 const char *word, const char *host)
{
	switch (question) {
	case SW_ASK_USER:
		return from(pam_modutil_getpwnam(pamh, word) != NULL);
	case SW_ASK_GROUP:
		return from(pam_modutil_getgrnam(pamh, word) != NULL);
	case SW_ASK_INTERFACE:
		return from(if_nametoindex(word) != 0);
	case SW_ASK_NETGROUP:
		return from(innetgr(word, host, NULL, NULL) != 0);
	case SW_ASK_COMMAND:
		break;
	}
	return SW_ANSWER_UNKNOWN;
}
