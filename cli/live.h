/* live.h - the running sshd that a question is about, asked once. */

#ifndef SSHWHY_LIVE_H
#define SSHWHY_LIVE_H

#include "layers.h"

#include "sshwhy/socket_unit.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/sshd_settings.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_COMPLAINT_MAX 4096 /* bytes, with the NUL */

/* Starts as zeros; sw_live_free() releases it. The functions below fill it. */
struct sw_live {
	bool looked;
	bool found;		 /* daemon runs; else it is the usual program */
	struct sw_daemon daemon; /* its exe is "" when there is none at all */
	char why[SW_DETAIL_MAX]; /* it is not found */
	bool has_unit;		 /* systemd listens or listened in its place */
	struct sw_socket_unit unit;
	bool asked;
	bool has_settings;
	struct sw_sshd_settings settings;
	char refused[SW_DETAIL_MAX]; /* why there are no settings */
	int64_t loaded; /* when the daemon read its files, milliseconds UTC */
	bool stale;	/* they have changed since */
	bool checked;
	char complaint[SW_COMPLAINT_MAX]; /* of sshd -t; "" it has none */
};

/* The daemon that question->server names, or the only one there is. Where none
 * is found, why says so. */
const struct sw_live *sw_live_find(const struct sw_question *question);

/* What it is configured to do with this client and user. NULL: nobody can be
 * asked, and question->live->refused says why. */
const struct sw_sshd_settings *
sw_live_settings(const struct sw_question *question);

/* What it finds wrong with its configuration and keys; "" nothing, or it
 * cannot be asked. */
const char *sw_live_complaint(const struct sw_question *question);

/* The port that the question is about. */
uint16_t sw_live_port(const struct sw_question *question);

void sw_live_free(struct sw_live *live);

#endif
