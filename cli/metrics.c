#include "metrics.h"

#include "exposition.h"

#include "sshwhy/ban_list.h"
#include "sshwhy/rate.h"
#include "sshwhy/state.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	const char *help;
} tallies[SW_TALLY_KINDS] = {
	[SW_TALLY_REFUSED] = {"sshwhy_rejections_total",
			      "Connections that were refused, by cause and by "
			      "the tool that placed the rule."},
	[SW_TALLY_SIMULATED] = {"sshwhy_simulated_rejections_total",
				"Connections that a rule would have refused "
				"but only observed."},
	[SW_TALLY_SUPPRESSED] = {"sshwhy_suppressed_total",
				 "Rejections that the audit trail holds only a "
				 "sum of, by cause."},
};

static void print_one(FILE *out, const char *name, const char *type,
		      const char *help, uint64_t value)
{
	sw_exposition_begin(out, name, type, help);
	sw_exposition_sample(out, name, NULL, value);
}

/* A label without a value is no label. */
static const char *shown_owner(const char *owner)
{
	return *owner != '\0' ? owner : "unknown";
}

void sw_metrics_rejections(FILE *out, const struct sw_tally *tally,
			   bool complete)
{
	for (enum sw_tally_kind kind = 0; kind < SW_TALLY_KINDS; kind++) {
		const char *name = tallies[kind].name;

		sw_exposition_begin(out, name, "counter", tallies[kind].help);
		for (size_t i = 0; i < tally->count; i++) {
			const struct sw_tally_row *row = &tally->rows[i];
			const struct sw_label labels[] = {
				{"cause", sw_cause_code(row->cause)},
				{"owner", shown_owner(row->owner)},
				{NULL, NULL},
			};

			if (row->kind == kind)
				sw_exposition_sample(out, name, labels,
						     row->count);
		}
	}
	print_one(out, "sshwhy_logs_complete", "gauge",
		  "Whether every log of rejections could be read.", complete);
}

static void print_state(FILE *out, const struct sw_metrics_from *from)
{
	struct sw_state state = SW_STATE_INIT;
	bool alive;

	/* Opening makes one; a machine without sshwhy has none. */
	if (access(from->state, R_OK | W_OK) == 0)
		(void)!sw_state_open(from->state, from->owner, &state);
	else if (errno == EACCES)
		return;
	alive = sw_state_is_alive(&state, from->monotonic_ns);
	print_one(out, "sshwhy_recorder_up", "gauge",
		  "Whether sshwhyd has shown a sign of life in the last 10 "
		  "seconds.",
		  alive);
	if (state.map == NULL)
		return;
	print_one(out, "sshwhy_records_total", "counter",
		  "Numbers of records given out since boot.",
		  sw_state_seqno(&state));
	print_one(out, "sshwhy_offered_total", "counter",
		  "Rejections that sshd handed to the recorder since boot.",
		  sw_state_offered(&state));
	print_one(out, "sshwhy_taken_total", "counter",
		  "Of these, the ones that the recorder took.",
		  sw_state_taken(&state));
	print_one(out, "sshwhy_unrecorded_total", "counter",
		  "Rejections since boot that could not be recorded.",
		  sw_state_lost(&state));
	sw_state_close(&state);
}

static void print_rates(FILE *out, const struct sw_metrics_from *from)
{
	struct sw_rate table = SW_RATE_INIT;
	struct sw_rate_survey survey;

	if (sw_rate_open_existing(from->rates, from->owner, &table) != SW_OK)
		return;
	sw_rate_survey(&table, from->monotonic_ns, &survey);
	sw_rate_close(&table);
	print_one(out, "sshwhy_rate_slots", "gauge",
		  "Sources that the table of rate limits has room for.",
		  survey.slots);
	print_one(out, "sshwhy_rate_slots_held", "gauge",
		  "Sources in it that connected lately.", survey.held);
	print_one(out, "sshwhy_rate_untracked_total", "counter",
		  "Connections let in since boot because it had no room.",
		  survey.untracked);
	print_one(out, "sshwhy_rate_impossible_total", "counter",
		  "Connections let in since boot because a time in it was "
		  "impossible.",
		  survey.odd);
}

/* Owners of bans; more than these are counted as one. */
#define OWNERS 200

struct owners {
	size_t count;
	uint64_t allows;
	struct {
		char name[SW_OWNER_MAX];
		uint64_t bans;
	} rows[OWNERS + 1];
};

static void count_ban(struct owners *owners, const char *owner)
{
	size_t i = 0;

	while (i < owners->count && strcmp(owners->rows[i].name, owner) != 0)
		i++;
	if (i >= OWNERS && strcmp(owner, SW_TALLY_OTHERS) != 0) {
		count_ban(owners, SW_TALLY_OTHERS);
		return;
	}
	if (i == owners->count) {
		owners->count++;
		(void)sw_text_copy(owners->rows[i].name, SW_OWNER_MAX, owner);
	}
	owners->rows[i].bans++;
}

static void count_bans(const struct sw_ban_list *list, int64_t now,
		       struct owners *owners)
{
	struct sw_ban ban;

	for (size_t i = 0; i < list->count; i++) {
		sw_ban_list_get(list, i, &ban);
		if (list->rows[i].gone || (ban.until != 0 && ban.until <= now))
			continue;
		if (ban.allow)
			owners->allows++;
		else
			count_ban(owners, ban.owner);
	}
}

static void print_bans(FILE *out, const struct sw_metrics_from *from)
{
	static struct owners owners;
	struct sw_ban_store store = sw_ban_store_of(from->ban_dir, from->owner);
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	enum sw_err err = sw_ban_list_load(&store, &list);

	print_one(out, "sshwhy_ban_list_usable", "gauge",
		  "Whether the ban list could be read; nobody is refused by "
		  "one that is damaged.",
		  err == SW_OK);
	if (err != SW_OK)
		return;
	memset(&owners, 0, sizeof(owners));
	count_bans(&list, from->now, &owners);
	sw_ban_list_free(&list);
	sw_exposition_begin(out, "sshwhy_bans", "gauge",
			    "Bans in force, by the tool that placed them.");
	for (size_t i = 0; i < owners.count; i++) {
		const struct sw_label labels[] = {
			{"owner", shown_owner(owners.rows[i].name)},
			{NULL, NULL}};

		sw_exposition_sample(out, "sshwhy_bans", labels,
				     owners.rows[i].bans);
	}
	print_one(out, "sshwhy_ban_exceptions", "gauge",
		  "Entries of the ban list that let clients in.",
		  owners.allows);
}

void sw_metrics_machine(FILE *out, const struct sw_metrics_from *from)
{
	print_state(out, from);
	print_rates(out, from);
	print_bans(out, from);
}
