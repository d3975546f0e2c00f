/* layers.h - what each layer would do with a client now. */

#ifndef SSHWHY_LAYERS_H
#define SSHWHY_LAYERS_H

#include "cli.h"

#include "sshwhy/addr.h"
#include "sshwhy/cause.h"
#include "sshwhy/record.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_LAYERS (SW_STAGE_COUNT_ - 1) /* every stage but SW_STAGE_NONE */
#define SW_DETAIL_MAX 256		/* bytes, with the NUL */

enum sw_layer_outcome {
	SW_LAYER_UNSEEN = 0,  /* nobody could be asked */
	SW_LAYER_PASS,	      /* it lets the client through */
	SW_LAYER_REJECT,      /* it refuses the client, by rule */
	SW_LAYER_DEPENDS,     /* on something that is not known */
	SW_LAYER_NOT_REACHED, /* an earlier one refuses */
	SW_LAYER_OUTCOMES_
};

struct sw_live;	 /* live.h */
struct sw_heard; /* heard.h */

/* Whom to ask about. Texts are the caller's. */
struct sw_question {
	struct sw_prefix client; /* one address, or a range of them */
	const char *name;	 /* the client's name; NULL: not known */
	const char *user;	 /* NULL: none named */
	struct sw_endpoint server;
	const char *iface; /* that the client comes by; NULL: the usual one */
	const char *allow; /* hosts.allow and hosts.deny */
	const char *deny;
	const char *root;     /* of the files that are read; "": live */
	int64_t now;	      /* milliseconds UTC */
	struct sw_live *live; /* what is found out about sshd on the way */
	const struct sw_record *last; /* refusal of the client; NULL: none */
	const struct sw_heard *heard; /* in the log; NULL: it was not read */
};

struct sw_layer {
	enum sw_stage stage;
	enum sw_layer_outcome outcome;
	enum sw_cause cause;	    /* that it rejects, or with DEPENDS would;
				     * else SW_CAUSE_NONE */
	struct sw_rule rule;	    /* source is empty when no rule decided */
	char detail[SW_DETAIL_MAX]; /* for people; "" none */
};

/* One answer; stage is set before the call, outcome to SW_LAYER_UNSEEN. */
typedef void (*sw_layer_fn)(const struct sw_question *question,
			    struct sw_layer *out);

/* True when it is about more than one address. */
bool sw_question_is_range(const struct sw_question *question);

/* As it stands in JSON, such as "not-reached". */
const char *sw_layer_outcome_name(enum sw_layer_outcome outcome);

/* What people call the layer of a stage, such as "TCP wrappers". */
const char *sw_layer_title(enum sw_stage stage);

/* That of the SW_LAYERS layers which is of a stage, or NULL. */
const struct sw_layer *sw_layer_at(const struct sw_layer *layers,
				   enum sw_stage stage);

/*
 * Ask all layers in their order.
 *
 * out     what happens: behind the first that rejects, none is reached
 * behind  what those would say if they were; SW_LAYER_UNSEEN for the others
 */
void sw_layers_ask(const struct sw_question *question,
		   struct sw_layer out[SW_LAYERS],
		   struct sw_layer behind[SW_LAYERS]);

/* SW_EXIT_REJECTED, _UNKNOWN or _ADMITTED, in this order of weight. */
enum sw_exit sw_layers_verdict(const struct sw_layer layers[SW_LAYERS]);

/* The layer that rejects; NULL: none does. */
const struct sw_layer *
sw_layers_rejecting(const struct sw_layer layers[SW_LAYERS]);

/* The first layer that knows by what it may reject; NULL: none does. */
const struct sw_layer *
sw_layers_doubting(const struct sw_layer layers[SW_LAYERS]);

/* The answer of netfilter, by a copy of the live ruleset. */
void sw_layer_ask_firewall(const struct sw_question *question,
			   struct sw_layer *out);

/* The answer of our own ban list. */
void sw_layer_ask_bans(const struct sw_question *question,
		       struct sw_layer *out);

/* The answer of our own rate limit; nothing is counted. */
void sw_layer_ask_rates(const struct sw_question *question,
			struct sw_layer *out);

/* The answer of TCP wrappers, by the libwrap that sshd calls. */
void sw_layer_ask_wrapper(const struct sw_question *question,
			  struct sw_layer *out);

/* Whether anything listens for the client, and takes it. */
void sw_layer_ask_socket(const struct sw_question *question,
			 struct sw_layer *out);

/* The limits of ssh.socket. True when one of them refuses the client. */
bool sw_layer_ask_unit(const struct sw_question *question,
		       struct sw_layer *out);

/* PerSourcePenalties, as far as sshd's log tells of them. */
void sw_layer_ask_penalty(const struct sw_question *question,
			  struct sw_layer *out);

/* MaxStartups and PerSourceMaxStartups, by what the listener holds now. */
void sw_layer_ask_startups(const struct sw_question *question,
			   struct sw_layer *out);

/* Host keys and privilege separation, and what the client offered last. */
void sw_layer_ask_protocol(const struct sw_question *question,
			   struct sw_layer *out);

/* What sshd_config says of the client and the user. */
void sw_layer_ask_config(const struct sw_question *question,
			 struct sw_layer *out);

/* Which line of the PAM service denies the user, by its modules. */
void sw_layer_ask_pam(const struct sw_question *question, struct sw_layer *out);

/* What awaits a user who has logged in. */
void sw_layer_ask_session(const struct sw_question *question,
			  struct sw_layer *out);

/* Take over a complaint of sshd -t as the reason to reject; false for "". */
bool sw_layer_take_complaint(const char *complaint, struct sw_layer *out);

#endif
