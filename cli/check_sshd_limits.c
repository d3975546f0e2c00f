#include "check_sshd.h"

#include "sshwhy/num.h"

#include <string.h>
#include <strings.h>

static const struct limit {
	const char *keyword;
	uint64_t from; /* what is between is told, both included */
	uint64_t to;
	enum sw_check check;
} limits[] = {
	{"LoginGraceTime", 0, 0, SW_CHECK_SSHD_GRACE_NONE},
	{"LoginGraceTime", 1, 9, SW_CHECK_SSHD_GRACE_SHORT},
	{"MaxAuthTries", 0, 2, SW_CHECK_SSHD_FEW_TRIES},
	{"MaxSessions", 0, 0, SW_CHECK_SSHD_NO_SESSIONS},
	{"PerSourceMaxStartups", 0, 2, SW_CHECK_SSHD_PER_SOURCE},
	{"MaxStartups", 0, 4, SW_CHECK_SSHD_FEW_STARTUPS},
};

/* Of "10:30:100" the first number. */
static bool value_of(struct sw_sshd_check *check, const char *keyword,
		     uint64_t *out)
{
	char value[64];

	return sw_sshd_value(&check->settings, keyword, value, sizeof(value)) &&
	       sw_num_parse_n(value, strcspn(value, ":"), UINT32_MAX, out) ==
		       SW_OK;
}

void sw_sshd_check_limits(struct sw_sshd_check *check)
{
	static const char *const quiet[] = {"QUIET", "FATAL", "ERROR"};
	static struct sw_sshd_setting level;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		uint64_t value = 0;

		if (value_of(check, limits[i].keyword, &value) &&
		    value >= limits[i].from && value <= limits[i].to)
			sw_sshd_add(check, limits[i].check, limits[i].keyword,
				    NULL);
	}
	/* Its value may be the one that sshd was asked with. */
	if (sw_sshd_lines(&check->settings, "LogLevel", false, &level) ==
		    SW_OK &&
	    level.count > 0) {
		for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
			if (strcasecmp(level.lines[0].value, quiet[i]) == 0)
				sw_sshd_add(check, SW_CHECK_SSHD_QUIET,
					    "LogLevel", NULL);
		}
	}
}
