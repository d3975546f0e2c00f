/* exposition.h - the text format of Prometheus, version 0.0.4. */

#ifndef SSHWHY_EXPOSITION_H
#define SSHWHY_EXPOSITION_H

#include <stdint.h>
#include <stdio.h>

/* Begin a metric; its samples follow at once. help has no backslash and no
 * newline, type is "counter" or "gauge". */
void sw_exposition_begin(FILE *out, const char *name, const char *type,
			 const char *help);

struct sw_label {
	const char *name;
	const char *value; /* anything */
};

/* One sample, with as many labels as there are before one without a name. */
void sw_exposition_sample(FILE *out, const char *name,
			  const struct sw_label *labels, uint64_t value);

#endif
