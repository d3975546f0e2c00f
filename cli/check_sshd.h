/* check_sshd.h - what the files of the check of sshd_config share. */

#ifndef SSHWHY_CHECK_SSHD_H
#define SSHWHY_CHECK_SSHD_H

#include "check.h"

#include "sshwhy/sshd_settings.h"

#include <stdbool.h>

/* sshd as it was asked. */
struct sw_sshd_check {
	struct sw_checking *checking;
	struct sw_daemon daemon; /* the running one, or as good as one */
	bool is_running;
	const char *config;	/* the file that was meant */
	char scratch[PATH_MAX]; /* a folder for copies; "" none */
	struct sw_sshd_settings settings;
};

/* Add a finding at the line that sets keyword; text is that line. */
void sw_sshd_add(struct sw_sshd_check *check, enum sw_check what,
		 const char *keyword, const char *detail);

/* The same at a place that sshd has named; the copy has the original's name. */
void sw_sshd_add_at(struct sw_sshd_check *check, enum sw_check what,
		    struct sw_place place, const char *detail);

/* Make daemon one that can be asked about file. False when there is no sshd. */
bool sw_sshd_prepare(struct sw_sshd_check *check, const char *file);
void sw_sshd_clean_up(struct sw_sshd_check *check);

/* Tell what sshd complains about; where it is known to refuse its
 * configuration, also that it does not say why. */
void sw_sshd_tell_errors(struct sw_sshd_check *check, bool is_refused);

/* True when the value of keyword is this one; "" where it has none. */
bool sw_sshd_is(const struct sw_sshd_check *check, const char *keyword,
		const char *value);

void sw_sshd_check_limits(struct sw_sshd_check *check);
void sw_sshd_check_methods(struct sw_sshd_check *check);
void sw_sshd_check_lists(struct sw_sshd_check *check);
void sw_sshd_check_repeated(struct sw_sshd_check *check);
void sw_sshd_check_files(struct sw_sshd_check *check);

#endif
