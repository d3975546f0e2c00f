/* enable_names.h - the files that sshwhy is switched on by. */

#ifndef SSHWHY_ENABLE_NAMES_H
#define SSHWHY_ENABLE_NAMES_H

#include "sshwhy/paths.h"

/* configure sets SW_HOOKDIR, SW_SECUREDIR, SW_SBINDIR and SW_SYSTEMDIR. */
#define SW_NAME_HOOK "sshwhy_hook.so"
#define SW_PATH_HOOK SW_HOOKDIR "/" SW_NAME_HOOK
#define SW_NAME_PAM "pam_sshwhy.so"
#define SW_PATH_PAM_MODULE SW_SECUREDIR "/" SW_NAME_PAM
#define SW_PATH_RECORDER SW_SBINDIR "/sshwhyd"
#define SW_PATH_ENABLED SW_PATH_BAN_DIR "/enabled"
#define SW_PATH_MANIFEST SW_PATH_ENABLED "/manifest"

/* Of the machine, wherever we are installed. */
#define SW_PATH_PAM_DIR "/etc/pam.d"
#define SW_PATH_PAM_STACK SW_PATH_PAM_DIR "/sshd"
#define SW_PATH_SSHD_CONFIG "/etc/ssh/sshd_config"
#define SW_PATH_SNIPPET "/etc/ssh/sshd_config.d/50-sshwhy.conf"
#define SW_PATH_UNITS "/etc/systemd/system"

#define SW_NAME_ACCOUNT "sshwhy"
/* How the comments above our lines begin. */
#define SW_MARK_PAM "# sshwhy enable:"
#define SW_MARK_CONFIG "# sshwhy enable:"

#endif
