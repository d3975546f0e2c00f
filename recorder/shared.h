/* shared.h - what the processes of the recorder have in common. */

#ifndef RECORDER_SHARED_H
#define RECORDER_SHARED_H

#include "fold.h"
#include "pending.h"

#include "sshwhy/config.h"
#include "sshwhy/sink.h"
#include "sshwhy/spill.h"
#include "sshwhy/state.h"

#include <stdatomic.h>
#include <stdbool.h>

/*
 * Memory of all three processes, written by the root process alone. The worker
 * copies config when generation has changed.
 */
struct sw_shared {
	_Atomic uint32_t generation;
	_Atomic int audit;	 /* enum sw_audit_status, asked now and then */
	_Atomic uint32_t auditd; /* inode of its socket; 0: none is known */
	struct sw_config config;
};

/* What is opened as root before the others are started. */
struct sw_recorder {
	struct sw_shared *shared;
	struct sw_state state;
	struct sw_spill spill;
	struct sw_fold fold;
	struct sw_pending *pending;
	int listening; /* the modules' socket */
	int asker[2];  /* worker's end, root's end */
	int writer[2]; /* worker's end, writer's end */
	int ready;     /* the worker writes one byte to it */
	bool foreground;
	const char *config_path;
	const char *log_file; /* a syslog file to follow, or NULL */
	bool journal;	      /* follow the journal */
};

/* What the worker hands to the writer: one message of a SEQPACKET pair. */
struct sw_parcel {
	uint32_t magic;
	uint32_t counted; /* how many to count as taken once it is written */
	int32_t slot;	  /* of the fold table, -1: none */
	uint32_t unused;
	struct sw_record record;
};

#define SW_PARCEL_MAGIC UINT32_C(0x53575031) /* "SWP1" */

/* The bodies of the three processes; each returns an exit status. */
int sw_worker_run(const struct sw_recorder *recorder);
int sw_writer_run(const struct sw_recorder *recorder);
/* worker and writer are pids: the end of one ends the recorder. */
int sw_asker_run(struct sw_recorder *recorder, pid_t worker, pid_t writer);

#endif
