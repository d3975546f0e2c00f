/* commands.h - the commands; see sw_command_fn in cli.h. */

#ifndef SSHWHY_COMMANDS_H
#define SSHWHY_COMMANDS_H

int sw_cmd_allow(int argc, char **argv);
int sw_cmd_ban(int argc, char **argv);
int sw_cmd_bans(int argc, char **argv);
int sw_cmd_check(int argc, char **argv);
int sw_cmd_disable(int argc, char **argv);
int sw_cmd_doctor(int argc, char **argv);
int sw_cmd_enable(int argc, char **argv);
int sw_cmd_event(int argc, char **argv);
int sw_cmd_explain(int argc, char **argv);
int sw_cmd_follow(int argc, char **argv);
int sw_cmd_import(int argc, char **argv);
int sw_cmd_list(int argc, char **argv);
int sw_cmd_metrics(int argc, char **argv);
int sw_cmd_report(int argc, char **argv);
int sw_cmd_status(int argc, char **argv);
int sw_cmd_sync(int argc, char **argv);
int sw_cmd_test(int argc, char **argv);
int sw_cmd_timeline(int argc, char **argv);
int sw_cmd_top(int argc, char **argv);
int sw_cmd_unban(int argc, char **argv);
int sw_cmd_wrapper(int argc, char **argv);

#endif
