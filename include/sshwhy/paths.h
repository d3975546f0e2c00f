/* paths.h - the files that several parts of sshwhy share. */

#ifndef SSHWHY_PATHS_H
#define SSHWHY_PATHS_H

/* configure sets SW_SYSCONFDIR, SW_LOCALSTATEDIR and SW_RUNSTATEDIR. */
#define SW_PATH_CONFIG SW_SYSCONFDIR "/security/sshwhy.conf"
#define SW_PATH_LOG_DIR SW_LOCALSTATEDIR "/log/sshwhy"
#define SW_PATH_LOG SW_PATH_LOG_DIR "/rejections.jsonl"
#define SW_PATH_BAN_DIR SW_LOCALSTATEDIR "/lib/sshwhy"
#define SW_PATH_RUN_DIR SW_RUNSTATEDIR "/sshwhy"
#define SW_PATH_STATE SW_PATH_RUN_DIR "/state"
#define SW_PATH_SOCKET SW_PATH_RUN_DIR "/socket"
#define SW_PATH_SPILL SW_PATH_RUN_DIR "/spill"
#define SW_PATH_FOLDS SW_PATH_RUN_DIR "/folds"
#define SW_PATH_PENDING SW_PATH_RUN_DIR "/pending"
/* Its last character is the version of its layout (lib/rate_map.h): an upgrade
 * to another one begins a new table, and the old one is nobody's any more. */
#define SW_PATH_RATES SW_PATH_RUN_DIR "/rates.2"

/* Built into libwrap, wherever we are installed. */
#define SW_PATH_HOSTS_ALLOW "/etc/hosts.allow"
#define SW_PATH_HOSTS_DENY "/etc/hosts.deny"

#endif
