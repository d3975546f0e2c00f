/* enable_run.h - what enable, disable and status have in common. */

#ifndef SSHWHY_ENABLE_RUN_H
#define SSHWHY_ENABLE_RUN_H

#include "enable_manifest.h"
#include "options.h"

#define SW_PART_ALL                                                            \
	(SW_PART_WRAPPER | SW_PART_PAM | SW_PART_RECORDER | SW_PART_FIREWALL)

/*
 * Be root, and see the system in options->root as the machine's own.
 *
 * Returns 0, or an exit status when one line on stderr has said why not.
 */
int sw_enable_enter(const char *command, const struct sw_options *options);

/*
 * Read the manifest, alone with it unless nothing is to be written; what a
 * killed predecessor has left of its drafts is removed.
 *
 * out_lock  -1 where nothing is to be written
 *
 * Returns 0, or an exit status when one line on stderr has said why not.
 */
int sw_enable_begin(const char *command, bool writes, int *out_lock,
		    struct sw_manifest *out);

/* Give up a lock; nothing stays on disk of a manifest without a row. */
void sw_enable_end(struct sw_manifest *manifest, int lock);

/*
 * Show the plan and have it confirmed: on a terminal by a question, else by
 * --yes. Returns 0 (go on), or an exit status with *out_declined set when it
 * is not to be carried out; one line has said so.
 */
int sw_enable_confirm(const char *command, const struct sw_options *options,
		      const struct sw_plan *plan, bool *out_declined);

/* True where systemd is this machine's, and of no other root. */
bool sw_enable_has_systemd(const struct sw_options *options);

/* Run systemctl; one line on stderr when it fails. The words end with NULL. */
void sw_enable_systemctl(const char *verb, const char *unit, const char *other);

/* Print "WORD: wrapper, pam" for these parts (bits); nothing for none. */
void sw_enable_say_parts(const char *word, unsigned int parts);

/* How sshd is started again here, for a sentence that ends with it. */
void sw_enable_say_restart(const struct sw_options *options,
			   const char *sentence);

#endif
