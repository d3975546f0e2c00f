/* doctor.h - which layers are visible on this machine, and which are blind. */

#ifndef SSHWHY_DOCTOR_H
#define SSHWHY_DOCTOR_H

#include "sshwhy/err.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/sshd_settings.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_SIGHT_MAX 320 /* bytes, with the NUL */

/* The worst last. */
enum sw_sight_state {
	SW_SIGHT_OK = 0,  /* visible */
	SW_SIGHT_NOTE,	  /* worth knowing; nothing is missed */
	SW_SIGHT_UNKNOWN, /* could not be looked at */
	SW_SIGHT_BLIND,	  /* refusals are missed, or their rule is */
	SW_SIGHT_STATES_
};

struct sw_sight {
	enum sw_sight_state state;
	char text[SW_SIGHT_MAX]; /* a plain sentence */
	char open[SW_SIGHT_MAX]; /* how to open it; "" nothing to do */
};

/* What several checks look at. */
struct sw_doctor {
	int64_t now; /* milliseconds UTC */
	struct sw_daemon daemons[SW_DAEMONS_MAX];
	size_t daemon_count;
	bool has_settings; /* of the first daemon */
	struct sw_sshd_settings settings;
	bool has_hook; /* found by the check of that name */
};

/* One check; *out is SW_SIGHT_UNKNOWN and empty before the call. */
typedef void (*sw_look_fn)(struct sw_doctor *doctor, struct sw_sight *out);

/* Fill in what was found, and what to do about it (NULL: nothing). */
void sw_sight_is(struct sw_sight *out, enum sw_sight_state state,
		 const char *open, const char *format, ...) SW_PRINTF(4, 5);

/* doctor_sshd.c: what of ours sits in sshd and beside it. */
void sw_look_at_hook(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_libwrap(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_pam(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_recorder(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_log(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_drops(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_firewall(struct sw_doctor *doctor, struct sw_sight *out);

/* doctor_audit.c: what becomes of a record. */
void sw_look_at_audit(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_backlog(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_exclude(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_rights(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_for_probe(struct sw_doctor *doctor, struct sw_sight *out);

/* doctor_trail.c: what is kept, and who else reads it. */
void sw_look_at_journald(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_for_denials(struct sw_doctor *doctor, struct sw_sight *out);
void sw_look_at_retention(struct sw_doctor *doctor, struct sw_sight *out);

/* doctor_own.c: what we decide ourselves. */
void sw_look_at_bans(struct sw_doctor *doctor, struct sw_sight *out);

#endif
