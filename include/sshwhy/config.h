/* config.h - /etc/security/sshwhy.conf. */

#ifndef SSHWHY_CONFIG_H
#define SSHWHY_CONFIG_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The largest file that is read, in bytes. */
#define SW_CONFIG_FILE_MAX 65536
#define SW_CONFIG_REASON_MAX 160 /* bytes, with the NUL */
#define SW_CONFIG_LINE_MAX 512	 /* bytes, with the NUL */
/* What sw_config_format() writes, with the NUL; every configuration fits. */
#define SW_CONFIG_TEXT_MAX 16384

/* Bits of sw_config.sinks. Without SW_SINK_AUTO exactly the named ones. */
#define SW_SINK_AUTO UINT32_C(1) /* audit where it works, else the file */
#define SW_SINK_AUDIT UINT32_C(2)
#define SW_SINK_FILE UINT32_C(4)
#define SW_SINK_SYSLOG UINT32_C(8)

#define SW_NO_LOG_GROUP UINT32_MAX

#define SW_RATE_RULES 16    /* in one file */
#define SW_RATE_PREFIXES 16 /* of one rule, match and exempt together */
#define SW_RATE_NAME_MAX 33 /* bytes, with the NUL */

/* "rate.NAME = COUNT/PERIOD burst N per V4/V6 [match P...] [exempt P...]
 * [observe]" */
struct sw_rate_rule {
	char name[SW_RATE_NAME_MAX];
	unsigned int line; /* of the file */
	uint32_t count;	   /* connections in a period, 1 to 1000000 */
	uint32_t period;   /* seconds, 1 to 86400 */
	uint32_t burst;	   /* at once, 1 to 10000 */
	uint8_t v4_len;	   /* sources that share the first bits share */
	uint8_t v6_len;	   /* one limit */
	bool observe;	   /* record what would be refused, refuse nobody */
	uint8_t matches;   /* 0: every source */
	uint8_t exempts;
	/* those to match, and behind them those that are exempt */
	struct sw_prefix prefixes[SW_RATE_PREFIXES];
	uint64_t id; /* a hash of name, count, period and burst */
	char text[SW_CONFIG_LINE_MAX]; /* as written, without outer blanks */
};

struct sw_config {
	uint32_t refuse_delay; /* seconds that libwrap keeps a refused one */
	uint32_t sinks;	       /* SW_SINK_* */
	uint32_t file_size;    /* bytes after which the JSON file is full */
	bool unknown_users;    /* write names that are no account */
	uint32_t fold;	       /* seconds; 0: every rejection a record */
	uint32_t audit_per_second; /* records; 0: no limit */
	uint32_t audit_per_hour;   /* records; 0: no limit */
	bool firewall;		   /* have netfilter trace SYN packets */
	uint32_t firewall_rate;	   /* packets a second */
	uint32_t firewall_log;	   /* group of NFLOG, or SW_NO_LOG_GROUP */
	bool observe;		   /* our own rules record, and refuse nobody */
	uint32_t rates;		   /* how many rate rules there are */
	struct sw_rate_rule rate[SW_RATE_RULES]; /* in the file's order; behind
						    the last one rubbish */
};

/* Why a text was refused. line is 0 when the file as a whole is meant. */
struct sw_config_error {
	unsigned int line;
	char reason[SW_CONFIG_REASON_MAX];
};

/* What holds where no file says otherwise. */
void sw_config_defaults(struct sw_config *config);

/*
 * Read a configuration text. One unknown or repeated key, bad value or missing
 * "=" refuses the whole: half a policy is worse than the old one.
 *
 * text       NUL-terminated; it is left unchanged
 * out_error  set when SW_E_SYNTAX or SW_E_RANGE is returned
 *
 * Returns SW_OK, SW_E_SYNTAX or SW_E_RANGE. On failure *out keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err sw_config_parse(const char *text, struct sw_config *out,
			    struct sw_config_error *out_error);

/*
 * Read the file at path as root's, into a buffer of this unit (not
 * thread-safe, nothing allocated). A missing file means the defaults. One that
 * is empty or ends without a newline may be half written and is refused.
 *
 * Returns SW_OK, SW_E_IO, SW_E_UNSAFE, SW_E_RANGE or SW_E_SYNTAX; out_error is
 * set for each of them. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_config_read(const char *path, uid_t owner, struct sw_config *out,
			   struct sw_config_error *out_error);

/* The name of key number i, NULL behind the last: for the manual's test. Keys
 * of which there may be several are one, the last: "rate.NAME". */
const char *sw_config_key(size_t i);

/* Write all keys with their values, in the grammar of the file; rate rules as
 * they were written.
 * Returns SW_OK or SW_E_RANGE; on failure buf is an empty text. */
SW_MUST_CHECK
enum sw_err sw_config_format(const struct sw_config *config, char *buf,
			     size_t size);

#endif
