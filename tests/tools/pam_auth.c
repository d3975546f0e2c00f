/* pam_auth SERVICE USER RHOST - authenticate without answering anything. */

#include <security/pam_appl.h>
#include <stdio.h>

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	(void)count;
	(void)messages;
	(void)responses;
	(void)data;
	return PAM_CONV_ERR;
}

int main(int argc, char **argv)
{
	const struct pam_conv conv = {converse, NULL};
	pam_handle_t *pamh = NULL;
	int code;

	if (argc != 4)
		return 2;
	code = pam_start(argv[1], argv[2], &conv, &pamh);
	if (code == PAM_SUCCESS)
		code = pam_set_item(pamh, PAM_RHOST, argv[3]);
	if (code == PAM_SUCCESS)
		code = pam_authenticate(pamh, 0);
	printf("%d\n", code);
	(void)pam_end(pamh, code);
	return code != PAM_SUCCESS;
}
