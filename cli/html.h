/* html.h - text that may be hostile, inside a page. */

#ifndef SSHWHY_HTML_H
#define SSHWHY_HTML_H

#include <stdio.h>

/* Print text so that it is text in an element or a quoted attribute, with what
 * steers a terminal or reorders letters made visible. */
void sw_html_text(FILE *out, const char *text);

#endif
