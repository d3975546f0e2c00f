/* terminal.h - what stdout is able to show. */

#ifndef SSHWHY_TERMINAL_H
#define SSHWHY_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Columns: of the terminal, else of COLUMNS, else 80. */
size_t sw_terminal_columns(void);

/* Rows of the terminal, else 24. */
size_t sw_terminal_rows(void);

/* Whether to use colour: on a terminal, unless NO_COLOR is set. */
bool sw_terminal_has_colour(void);

/* Whether the locale is one of UTF-8. */
bool sw_terminal_has_utf8(void);

#endif
