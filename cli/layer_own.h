/* layer_own.h - what the layers of our own rules have in common. */

#ifndef SSHWHY_LAYER_OWN_H
#define SSHWHY_LAYER_OWN_H

#include "layers.h"

#include "sshwhy/config.h"

#include <stdbool.h>
#include <sys/types.h>

#define SW_LAYER_PATH_MAX 4096 /* bytes, with the NUL */

/* Whose files sshd believes: root's, and the caller's in a copy. */
uid_t sw_layer_owner(const struct sw_question *question);

/* The path below the root of the question; buf has SW_LAYER_PATH_MAX bytes.
 * Returns buf. */
const char *sw_layer_path(const struct sw_question *question, const char *path,
			  char *buf);

/*
 * The configuration as sshd gets it: a file that it refuses means that nobody
 * is refused.
 *
 * Returns false when we may not read it: out says so.
 */
bool sw_layer_config(const struct sw_question *question,
		     struct sw_config *out_config, struct sw_layer *out);

/* Whether the failure is only that the caller is not root. */
bool sw_layer_is_hidden(enum sw_err err);

#endif
