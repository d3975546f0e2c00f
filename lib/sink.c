#include "sshwhy/sink.h"

#include "sshwhy/audit_room.h"
#include "sshwhy/paths.h"

/* A kernel that does not say may do either. */
uint32_t sw_sink_chosen(enum sw_audit_status status)
{
	switch (status) {
	case SW_AUDIT_OFF:
		return SW_SINK_FILE | SW_SINK_SYSLOG;
	case SW_AUDIT_ON:
		return SW_SINK_AUDIT | SW_SINK_SYSLOG;
	case SW_AUDIT_UNREAD:
	case SW_AUDIT_UNKNOWN:
		break;
	}
	return SW_SINK_AUDIT | SW_SINK_FILE | SW_SINK_SYSLOG;
}

static enum sw_err to_file(const struct sw_record *record,
			   const struct sw_config *config)
{
	return sw_sink_file(SW_PATH_LOG, config->file_size, record);
}

/* The one that may block for long, audit, comes last. */
static enum sw_err write_named(const struct sw_record *record,
			       const struct sw_config *config, uint32_t sinks)
{
	enum sw_err last = SW_E_NOTSUP;
	bool kept = false;

	if ((sinks & SW_SINK_SYSLOG) != 0)
		last = sw_sink_syslog(record);
	if ((sinks & SW_SINK_FILE) != 0) {
		last = to_file(record, config);
		kept = last == SW_OK;
	}
	if ((sinks & SW_SINK_AUDIT) != 0) {
		enum sw_err err = sw_sink_audit(record);

		last = kept ? SW_OK : err;
	}
	return last;
}

static enum sw_err write_auto(const struct sw_record *record,
			      const struct sw_config *config)
{
	uint32_t daemon;
	enum sw_audit_status status = sw_audit_status(&daemon);
	uint32_t sinks = sw_sink_chosen(status);
	enum sw_err err;

	/* A success of audit means nothing where nobody reads it. */
	if (status == SW_AUDIT_UNREAD) {
		err = write_named(record, config, sinks & ~SW_SINK_AUDIT);
		(void)!sw_sink_audit(record);
		return err;
	}
	/* The kernel gives up on an auditd that does not read: what it took for
	 * it is dropped then, uncounted. What room there is is for logins. */
	if (status == SW_AUDIT_ON &&
	    !sw_audit_has_room(sw_audit_socket(daemon), SW_AUDIT_ROOM) &&
	    to_file(record, config) == SW_OK) {
		(void)!write_named(record, config, SW_SINK_SYSLOG);
		return SW_OK;
	}
	err = write_named(record, config, sinks);
	return err != SW_OK && (sinks & SW_SINK_FILE) == 0
		       ? to_file(record, config)
		       : err;
}

enum sw_err sw_sink_write(const struct sw_record *record,
			  const struct sw_config *config)
{
	if ((config->sinks & SW_SINK_AUTO) != 0)
		return write_auto(record, config);
	return write_named(record, config, config->sinks);
}
