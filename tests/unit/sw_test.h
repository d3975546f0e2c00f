/* sw_test.h - cmocka, with the headers that it wants before it. */

#ifndef SW_TEST_H
#define SW_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sshwhy/err.h"

#define SW_ROWS(table) (sizeof(table) / sizeof((table)[0]))

#endif
