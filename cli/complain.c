#include "cli.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_ 1024 /* bytes, with the NUL; longer words are cut */

void sw_complain(const char *format, ...)
{
	char words[LINE_MAX_];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(words, sizeof(words), format, args);
	va_end(args);

	for (char *c = words; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	(void)fprintf(stderr, "sshwhy: %s\n", words);
}
