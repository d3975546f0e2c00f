#include "shared.h"

#include "config.h"

#include "sshwhy/auto.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#define BACKLOG 4096
#define EXIT_USAGE 64  /* as in sysexits.h */
#define EXIT_CONFIG 78 /* the configuration was refused */

static const char usage[] =
	"usage: sshwhyd [--foreground] [--config FILE] [--journal]\n"
	"               [--log-file FILE] [--version]\n";

static bool read_arguments(int argc, char **argv, struct sw_recorder *recorder)
{
	static const struct option options[] = {
		{"foreground", no_argument, NULL, 'f'},
		{"config", required_argument, NULL, 'c'},
		{"journal", no_argument, NULL, 'j'},
		{"log-file", required_argument, NULL, 'l'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (letter == 'f')
			recorder->foreground = true;
		else if (letter == 'c')
			recorder->config_path = optarg;
		else if (letter == 'j')
			recorder->journal = true;
		else if (letter == 'l')
			recorder->log_file = optarg;
		else if (letter == 'V' && puts("sshwhyd " PACKAGE_VERSION) >= 0)
			exit(0);
		else
			return false;
	}
	return optind == argc;
}

static bool complain(const char *what)
{
	fprintf(stderr, "sshwhyd: %s: %s\n", what, strerror(errno));
	return false;
}

static bool read_config(struct sw_recorder *recorder)
{
	struct sw_config_error error;
	struct sw_shared *shared =
		mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return complain("memory");
	recorder->shared = shared;
	atomic_store(&shared->audit, (int)SW_AUDIT_UNKNOWN);
	if (sw_config_read(recorder->config_path, 0, &shared->config, &error) !=
	    SW_OK) {
		fprintf(stderr, "sshwhyd: %s:%u: %s\n", recorder->config_path,
			error.line, error.reason);
		return false;
	}
	return true;
}

/* The socket is root's alone: whoever connects has to be root. */
static int listen_at(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	sw_autofd int fd = socket(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || !sw_text_copy(sa.sun_path, sizeof(sa.sun_path), path))
		return -1;
	(void)unlink(path);
	(void)umask(0177);
	if (bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return -1;
	return sw_take_fd(&fd);
}

static bool open_socket(struct sw_recorder *recorder)
{
	if (sd_listen_fds(0) == 1) {
		recorder->listening = SD_LISTEN_FDS_START;
		return true;
	}
	recorder->listening = listen_at(SW_PATH_SOCKET);
	return recorder->listening >= 0 || complain(SW_PATH_SOCKET);
}

static bool open_folds(struct sw_recorder *recorder)
{
	sw_autofd int fd =
		open(SW_PATH_FOLDS, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		     S_IRUSR | S_IWUSR);

	if (fd < 0)
		return complain(SW_PATH_FOLDS);
	/* Another version's table is given up, not misread. */
	if (sw_fold_map_fd(fd, &recorder->fold) == SW_E_SYNTAX &&
	    ftruncate(fd, 0) == 0)
		(void)!sw_fold_map_fd(fd, &recorder->fold);
	if (recorder->fold.map == NULL)
		return complain(SW_PATH_FOLDS);
	(void)sw_take_fd(&fd);
	sw_fold_recover(&recorder->fold);
	return true;
}

static bool open_pending(struct sw_recorder *recorder)
{
	sw_autofd int fd =
		open(SW_PATH_PENDING, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		     S_IRUSR | S_IWUSR);

	if (fd < 0)
		return complain(SW_PATH_PENDING);
	if (sw_pending_map_fd(fd, &recorder->pending) == SW_E_SYNTAX &&
	    ftruncate(fd, 0) == 0)
		(void)!sw_pending_map_fd(fd, &recorder->pending);
	return recorder->pending != NULL || complain(SW_PATH_PENDING);
}

static bool open_files(struct sw_recorder *recorder)
{
	enum sw_err err = sw_state_open(SW_PATH_STATE, 0, &recorder->state);

	if (err != SW_OK) {
		fprintf(stderr, "sshwhyd: %s: %s\n", SW_PATH_STATE,
			sw_strerror(err));
		return false;
	}
	err = sw_spill_open(SW_PATH_SPILL, 0, true, &recorder->spill);
	if (err == SW_E_SYNTAX && unlink(SW_PATH_SPILL) == 0)
		err = sw_spill_open(SW_PATH_SPILL, 0, true, &recorder->spill);
	if (err != SW_OK) {
		fprintf(stderr, "sshwhyd: %s: %s\n", SW_PATH_SPILL,
			sw_strerror(err));
		return false;
	}
	return open_folds(recorder) && open_pending(recorder) &&
	       open_socket(recorder);
}

static bool open_pairs(struct sw_recorder *recorder, int ready[2])
{
	int type = SOCK_SEQPACKET | SOCK_CLOEXEC;

	return (socketpair(AF_UNIX, type, 0, recorder->asker) == 0 &&
		socketpair(AF_UNIX, type, 0, recorder->writer) == 0 &&
		pipe2(ready, O_CLOEXEC) == 0) ||
	       complain("socketpair");
}

static pid_t start_writer(struct sw_recorder *recorder)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* The worker's end has to be the worker's alone: its end ends us. */
	(void)close(recorder->writer[0]);
	(void)close(recorder->asker[0]);
	(void)close(recorder->asker[1]);
	(void)close(recorder->listening);
	exit(sw_writer_run(recorder));
}

static pid_t start_worker(struct sw_recorder *recorder, int ready[2])
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)close(ready[0]);
	(void)close(recorder->writer[1]);
	(void)close(recorder->asker[1]);
	recorder->ready = ready[1];
	exit(sw_worker_run(recorder));
}

int main(int argc, char **argv)
{
	struct sw_recorder recorder = {.config_path = SW_PATH_CONFIG,
				       .listening = -1,
				       .state = SW_STATE_INIT,
				       .spill = SW_SPILL_INIT,
				       .fold = SW_FOLD_INIT};
	pid_t worker, writer;
	int ready[2];
	char byte;

	if (!read_arguments(argc, argv, &recorder)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (!read_config(&recorder))
		return EXIT_CONFIG;
	if (!open_files(&recorder) || !open_pairs(&recorder, ready))
		return 1;
	writer = start_writer(&recorder);
	worker = start_worker(&recorder, ready);
	if (writer < 0 || worker < 0)
		return complain("fork") ? 0 : 1;
	(void)close(ready[1]);
	(void)close(recorder.writer[0]);
	(void)close(recorder.writer[1]);
	(void)close(recorder.asker[0]);
	if (read(ready[0], &byte, 1) == 1) {
		(void)sd_notify(0, "READY=1");
		if (recorder.foreground)
			fputs("ready\n", stderr);
	}
	return sw_asker_run(&recorder, worker, writer);
}
