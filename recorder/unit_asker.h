/* unit_asker.h - what the root process tells of ssh.socket. */

#ifndef RECORDER_UNIT_ASKER_H
#define RECORDER_UNIT_ASKER_H

#include "question.h"

#include "sshwhy/socket_unit.h"
#include "sshwhy/sshd_daemon.h"

#include <stdbool.h>
#include <stdint.h>

/* Starts as zeros. */
struct sw_unit_asker {
	uint64_t asked; /* monotonic ms; 0: never */
	bool found;
	struct sw_socket_unit unit;
};

/* The line of the unit that a record of limit.socket-unit is about. */
void sw_unit_answer_rule(struct sw_unit_asker *asker,
			 const struct sw_record *record,
			 struct sw_answer *answer, uint64_t now);

/* Add the ports on which the service manager listens in place of sshd. */
void sw_unit_answer_listen(struct sw_unit_asker *asker,
			   struct sw_answer *answer, uint64_t now);

/* True when the unit has each connection served by an sshd of its own, which
 * has read the usual files when it came: then *out is that one. */
bool sw_unit_daemon(struct sw_unit_asker *asker, const struct sw_record *record,
		    struct sw_daemon *out, uint64_t now);

#endif
