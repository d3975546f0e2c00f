#include "drop_root.h"
#include "emit.h"
#include "tap_backlog.h"
#include "tap_nflog.h"
#include "tap_nft.h"
#include "tap_socket.h"
#include "taps.h"

#include "sshwhy/clock.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#define TICK UINT64_C(100000) /* microseconds */
#define PORTS_EVERY 5000      /* ms between two looks at sshd's ports */
#define LAST_EVENTS 10000     /* messages that are read when told to stop */
#define SPILL_PATIENCE 1000   /* ms that a place may stay unfinished */

struct worker {
	const struct sw_recorder *recorder;
	sd_event *event;
	struct sw_correlator *correlator;
	struct sw_state state;
	struct sw_spill spill;
	struct sw_emitter emitter;
	struct sw_socket_tap socket_tap;
	struct sw_taps taps;
	struct sw_nft_tap nft_tap;
	struct sw_nflog_tap nflog_tap;
	struct sw_backlog_tap backlog_tap;
	uint64_t ports_asked;	/* monotonic ms */
	uint64_t pending_since; /* monotonic ms; 0: no place is unfinished */
	bool stopping;
};

static void on_rejection(void *context, const struct sw_record *record,
			 bool counted, pid_t listener, int64_t loaded)
{
	struct worker *worker = context;

	sw_emitter_add(&worker->emitter, record, counted, listener, loaded,
		       sw_clock_monotonic_ms());
}

/* Words that repeat a rejection were offered, too. */
static void take_repeats(struct worker *worker)
{
	uint64_t repeats = sw_correlate_repeats(worker->correlator);

	if (repeats != 0)
		sw_state_take(&worker->state, repeats);
}

static void on_fact(void *context, const struct sw_fact *fact)
{
	struct worker *worker = context;

	sw_correlate_fact(worker->correlator, fact);
	take_repeats(worker);
}

static void on_line(void *context, const struct sw_line *line)
{
	struct worker *worker = context;

	sw_correlate_line(worker->correlator, line);
}

/* What modules put into the ring, also while nobody listened. */
static void read_spill(struct worker *worker)
{
	struct sw_fact fact;

	for (;;) {
		enum sw_spill_got got = sw_spill_take(&worker->spill, &fact);

		if (got == SW_SPILL_EMPTY) {
			worker->pending_since = 0;
			return;
		}
		if (got == SW_SPILL_FACT)
			on_fact(worker, &fact);
		if (got != SW_SPILL_PENDING) {
			worker->pending_since = 0;
			continue;
		}
		if (worker->pending_since == 0)
			worker->pending_since = sw_clock_monotonic_ms();
		if (sw_clock_monotonic_ms() - worker->pending_since <
		    SPILL_PATIENCE)
			return;
		sw_spill_skip(&worker->spill); /* its writer was killed */
	}
}

static void on_end(void *context, pid_t pid)
{
	struct worker *worker = context;

	read_spill(worker); /* it may have spoken there */
	sw_correlate_end(worker->correlator, pid, sw_clock_utc_ms());
}

static void on_drop(void *context, const struct sw_record *record)
{
	on_rejection(context, record, false, 0, 0);
}

static void ask_ports(struct worker *worker)
{
	const struct sw_question question = {.magic = SW_QUESTION_MAGIC,
					     .kind = SW_QUESTION_LISTEN};

	(void)!send(worker->recorder->asker[0], &question, sizeof(question),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* What the kernel refuses before sshd knows of it. */
static void watch_kernel(struct worker *worker)
{
	uint64_t now = sw_clock_monotonic_ms();
	bool is_due = worker->ports_asked == 0 ||
		      now - worker->ports_asked >= PORTS_EVERY;
	bool overflows = sw_backlog_tap_tick(&worker->backlog_tap, now);

	sw_nft_tap_follow(&worker->nft_tap, &worker->emitter.config, now);
	sw_nflog_tap_tick(&worker->nflog_tap, &worker->emitter.config, now);
	if (!overflows &&
	    !((worker->nft_tap.is_on || worker->nflog_tap.is_on) && is_due))
		return;
	worker->ports_asked = now;
	ask_ports(worker);
}

static int on_tick(sd_event_source *source, uint64_t usec SW_UNUSED,
		   void *userdata)
{
	struct worker *worker = userdata;
	int64_t utc = sw_clock_utc_ms();
	uint64_t next = 0;

	sw_state_beat(&worker->state, sw_clock_monotonic_ns());
	read_spill(worker);
	sw_taps_tick(&worker->taps, utc);
	watch_kernel(worker);
	sw_correlate_tick(worker->correlator, utc);
	take_repeats(worker);
	sw_emitter_tick(&worker->emitter, sw_clock_monotonic_ms(), utc);
	(void)sd_event_now(worker->event, CLOCK_MONOTONIC, &next);
	(void)sd_event_source_set_time(source, next + TICK);
	(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

static int on_term(sd_event_source *source SW_UNUSED,
		   const struct signalfd_siginfo *info SW_UNUSED,
		   void *userdata)
{
	struct worker *worker = userdata;

	worker->stopping = true;
	return 0;
}

static int on_answer(sd_event_source *source SW_UNUSED, int fd,
		     uint32_t events SW_UNUSED, void *userdata)
{
	static unsigned char bytes[sizeof(struct sw_answer) + 1];
	struct worker *worker = userdata;
	struct sw_answer answer;
	ssize_t len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (len == 0)
		worker->stopping = true; /* the root process is gone */
	if (len <= 0 || sw_answer_read(bytes, (size_t)len, &answer) != SW_OK)
		return 0;
	if (answer.kind != SW_QUESTION_LISTEN) {
		sw_emitter_answer(&worker->emitter, &answer,
				  sw_clock_monotonic_ms());
		return 0;
	}
	sw_nft_tap_ports(&worker->nft_tap, answer.ports, answer.port_count);
	sw_backlog_tap_ports(&worker->backlog_tap, answer.ports,
			     answer.port_count);
	return 0;
}

/* Each session costs two descriptors. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int start(struct worker *worker)
{
	int asker = worker->recorder->asker[0];
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGHUP, SIG_IGN); /* the root process reads it again */
	if (sd_event_new(&worker->event) < 0 ||
	    sd_event_add_signal(worker->event, NULL, SIGTERM, on_term, worker) <
		    0 ||
	    sd_event_add_io(worker->event, NULL, asker, EPOLLIN, on_answer,
			    worker) < 0 ||
	    sd_event_add_time(worker->event, NULL, CLOCK_MONOTONIC, 0, TICK / 4,
			      on_tick, worker) < 0)
		return -1;
	worker->nft_tap.event = worker->event;
	worker->correlator = sw_correlator_new(on_rejection, worker);
	if (worker->correlator == NULL ||
	    sw_emitter_init(&worker->emitter, worker->recorder) != SW_OK)
		return -1;
	worker->emitter.correlator = worker->correlator;
	worker->socket_tap = (struct sw_socket_tap){
		.fact = on_fact, .end = on_end, .context = worker};
	if (sw_socket_tap_start(worker->event, worker->recorder->listening,
				&worker->socket_tap) != SW_OK ||
	    sw_taps_start(&worker->taps, worker->event, worker->recorder,
			  on_line, worker) != SW_OK)
		return -1;
	return 0;
}

/* Until it is told to stop. What modules had sent until then is read: they take
 * the recorder for gone at once, and need not be lost on it. */
static int follow(struct worker *worker)
{
	int status = 0;

	while (!worker->stopping && status >= 0)
		status = sd_event_run(worker->event, UINT64_MAX);
	sw_state_beat(&worker->state, 0);
	for (int i = 0; i < LAST_EVENTS && status > 0; i++)
		status = sd_event_run(worker->event, 0);
	sw_state_beat(&worker->state, 0); /* a tick may have come between */
	return status < 0 ? 1 : 0;
}

int sw_worker_run(const struct sw_recorder *recorder)
{
	static struct worker worker; /* large */
	int status;

	raise_limit();
	if (sw_drop_root(UINT64_C(1) << CAP_NET_ADMIN) != SW_OK) {
		fprintf(stderr, "sshwhyd: worker: cannot drop root: %s\n",
			strerror(errno));
		return 1;
	}
	worker.recorder = recorder;
	worker.nft_tap.found = on_drop;
	worker.nft_tap.context = &worker;
	worker.nflog_tap = (struct sw_nflog_tap){.nft = &worker.nft_tap,
						 .group = SW_NO_LOG_GROUP,
						 .found = on_drop,
						 .context = &worker};
	worker.backlog_tap.found = on_drop;
	worker.backlog_tap.context = &worker;
	worker.state = recorder->state;
	worker.spill = recorder->spill;
	if (start(&worker) != 0) {
		fprintf(stderr, "sshwhyd: worker: cannot start\n");
		return 1;
	}
	sw_state_beat(&worker.state, sw_clock_monotonic_ns());
	(void)!write(recorder->ready, "", 1);
	status = follow(&worker);
	read_spill(&worker);
	sw_taps_stop(&worker.taps);
	sw_nflog_tap_stop(&worker.nflog_tap);
	sw_nft_tap_stop(&worker.nft_tap);
	sw_emitter_finish(&worker.emitter, sw_clock_monotonic_ms(),
			  sw_clock_utc_ms());
	sw_emitter_free(&worker.emitter);
	sw_correlator_free(worker.correlator);
	sw_socket_tap_stop(&worker.socket_tap);
	(void)sd_event_unref(worker.event);
	return status;
}
