#include "whole.h"

#include "sshwhy/auto.h"

#include <fcntl.h>
#include <sys/stat.h>

enum sw_err sw_ask_whole(const char *path, size_t max, char **out_text,
			 size_t *out_len)
{
	sw_autofd int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	sw_autofree char *text = NULL;
	struct stat st;
	ssize_t len;

	if (fd < 0 || fstat(fd, &st) != 0)
		return SW_E_IO;
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)max)
		return SW_E_RANGE;
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL)
		return SW_E_NOMEM;
	len = read(fd, text, (size_t)st.st_size);
	if (len < 0)
		return SW_E_IO;
	text[len] = '\0';
	*out_len = (size_t)len;
	*out_text = sw_take(&text);
	return SW_OK;
}
