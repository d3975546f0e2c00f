#include "sshwhy/sink.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LOGGER "/dev/log"
#define AUTHPRIV (10 * 8) /* the facility */
#define WORDS_MAX 1536	  /* bytes, with the NUL */
#define HEADER_MAX 64	  /* bytes */

/* strftime() would ask the locale, and loggers know only these. */
static const char *const months[12] = {"Jan", "Feb", "Mar", "Apr",
				       "May", "Jun", "Jul", "Aug",
				       "Sep", "Oct", "Nov", "Dec"};

static void add_header(struct sw_text *line, enum sw_syslog level,
		       int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm local = {0};

	(void)localtime_r(&seconds, &local);
	sw_text_add(line, "<%d>%s %2d %02d:%02d:%02d sshwhy[%ld]: ",
		    AUTHPRIV + (int)level, months[local.tm_mon % 12],
		    local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
		    (long)getpid());
}

static enum sw_err send_line(const char *line, size_t len)
{
	const struct sockaddr_un logger = {.sun_family = AF_UNIX,
					   .sun_path = LOGGER};
	sw_autofd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ssize_t sent;

	if (fd < 0)
		return SW_E_IO;
	do {
		sent = sendto(fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL,
			      (const struct sockaddr *)&logger, sizeof(logger));
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? SW_E_IO : SW_OK;
}

enum sw_err sw_sink_syslog(const struct sw_record *record)
{
	char buf[HEADER_MAX + SW_RECORD_SYSLOG_MAX];
	char words[SW_RECORD_SYSLOG_MAX];
	struct sw_text line;
	enum sw_err err;

	err = sw_record_to_syslog(record, words, sizeof(words));
	if (err != SW_OK)
		return err;
	sw_text_init(&line, buf, sizeof(buf));
	add_header(&line, SW_SYSLOG_NOTICE, record->time);
	sw_text_add(&line, "%s", words);
	return send_line(buf, line.len);
}

enum sw_err sw_sink_syslog_words(enum sw_syslog level, int64_t now,
				 const char *words)
{
	char buf[HEADER_MAX + WORDS_MAX];
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	add_header(&line, level, now);
	sw_text_add_visible(&line, words);
	return sw_text_ok(&line) ? send_line(buf, line.len) : SW_E_RANGE;
}
