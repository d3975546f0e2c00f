/* detach.h - a child of sshd lets go of everything that is sshd's. */

#ifndef LIB_DETACH_H
#define LIB_DETACH_H

#include <stdbool.h>

/*
 * For a child that has just been forked and will never execute anything: block
 * all signals, leave the session and the working directory, put /dev/null in
 * the place of descriptors 0 to 2, and close all others but two.
 *
 * keep_a, keep_b  descriptors that stay, under a number above 2 that is written
 *                 back; -1 is left alone
 *
 * Returns false when one of the two could not be kept.
 */
bool detach(int *keep_a, int *keep_b);

#endif
