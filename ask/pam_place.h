/* pam_place.h - the line of a module's own file that made it deny. */

#ifndef ASK_PAM_PLACE_H
#define ASK_PAM_PLACE_H

#include "pam_child.h"
#include "pam_modules.h"

/*
 * Find it by asking the real module again, about ever shorter beginnings of
 * its file: the line with which it starts to deny is the one.
 *
 * call  the call that was denied
 *
 * True, with *out_rule filled in, when there is such a line. False leaves
 * *out_rule as it was: the module has no file of that kind, or denies without
 * any line of it.
 */
bool sw_pam_place(const struct sw_pam_module *module,
		  const struct sw_pam_call *call, struct sw_rule *out_rule);

#endif
