/* The search for the entry that decides. */

#include "ban_file.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <string.h>

/* Changes that are read at once: there are few most of the time, and a system
 * call costs more than the bytes that it brings. */
#define FEW 8
#define MANY ((BAN_CHANGES_MAX - FEW) / 2)

/* A change whose prefix contains the address. */
struct seen {
	int64_t until;
	uint64_t owner; /* a hash */
	uint32_t number;
	uint8_t len;
	uint8_t kind;
};

/* What is known so far. */
struct search {
	struct sw_ban_store *store;
	const struct ban_question *question;
	uint64_t owner; /* hash of question->owner */
	struct ban_recent recent;
	struct ban_file file;
	struct seen seen[BAN_CHANGES_MAX];
	uint32_t seen_count;
	bool found; /* and this is the best one: */
	uint8_t len;
	bool allow;
	int64_t until;
	bool is_recent;
	uint32_t number;	/* of the change, where it is one */
	struct ban_entry entry; /* where it is none */
};

static uint64_t hash_of(const char *owner)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *owner != '\0'; owner++)
		hash = (hash ^ (uint8_t)*owner) * UINT64_C(0x100000001b3);
	return hash;
}

static bool is_live(const struct search *search, int64_t until)
{
	return until == 0 || until > search->question->now;
}

static int64_t end_of(int64_t until)
{
	return until == 0 ? INT64_MAX : until;
}

/* Whether it decides, against the best one so far. */
static bool is_better(const struct search *search, uint8_t len, bool allow,
		      int64_t until)
{
	if (search->question->exact && len != search->question->len)
		return false;
	if (!search->found || len != search->len)
		return !search->found || len > search->len;
	if (allow != search->allow)
		return allow;
	return end_of(until) > end_of(search->until);
}

static void take(struct search *search, uint8_t len, bool allow, int64_t until)
{
	search->found = true;
	search->len = len;
	search->allow = allow;
	search->until = until;
}

struct sw_prefix ban_change_prefix(const struct ban_change *change)
{
	struct sw_prefix prefix = {.len = change->len};

	prefix.base.family = change->family;
	memcpy(prefix.base.bytes, change->base, sizeof(change->base));
	return prefix;
}

static void look_at_change(struct search *search,
			   const struct ban_change *change, uint32_t number)
{
	struct sw_prefix prefix = ban_change_prefix(change);
	struct seen *seen;

	if (!sw_prefix_contains(&prefix, &search->question->addr))
		return;
	seen = &search->seen[search->seen_count++];
	seen->until = change->until;
	seen->owner = hash_of(change->note.owner);
	seen->number = number;
	seen->len = change->len;
	seen->kind = change->kind;
}

static enum sw_err look_at_recent(struct search *search)
{
	struct ban_change changes[MANY];
	uint32_t wanted = FEW;
	uint32_t count = 0;

	for (uint32_t i = 0; i < BAN_CHANGES_MAX; i += count) {
		enum sw_err err =
			ban_recent_read(search->store, &search->recent, i,
					changes, wanted, &count);

		if (err != SW_OK)
			return err;
		for (uint32_t j = 0; j < count; j++) {
			changes[j].note.owner[SW_OWNER_MAX - 1] = '\0';
			look_at_change(search, &changes[j], i + j);
		}
		if (count < wanted)
			break;
		wanted = MANY;
	}
	return SW_OK;
}

/* Whether a change from number first on has replaced or lifted this one. */
static bool is_overtaken(const struct search *search, uint32_t first,
			 uint8_t len, uint64_t owner)
{
	for (uint32_t i = first; i < search->seen_count; i++) {
		const struct seen *seen = &search->seen[i];

		if (seen->len == len &&
		    (seen->kind == BAN_LIFT_ALL || seen->owner == owner))
			return true;
	}
	return false;
}

static bool is_of_other(const struct search *search, uint64_t owner)
{
	return search->question->owner != NULL && owner != search->owner;
}

static bool has_change_of(const struct search *search, uint8_t len)
{
	for (uint32_t i = 0; i < search->seen_count; i++) {
		if (search->seen[i].len == len)
			return true;
	}
	return false;
}

static void judge_changes(struct search *search)
{
	for (uint32_t i = 0; i < search->seen_count; i++) {
		const struct seen *seen = &search->seen[i];
		bool allow = seen->kind == BAN_ALLOW;

		if ((seen->kind != BAN_DENY && !allow) ||
		    !is_live(search, seen->until) ||
		    is_of_other(search, seen->owner) ||
		    is_overtaken(search, i + 1, seen->len, seen->owner) ||
		    !is_better(search, seen->len, allow, seen->until))
			continue;
		take(search, seen->len, allow, seen->until);
		search->is_recent = true;
		search->number = seen->number;
	}
}

/* Only where there are changes of the prefix is the owner looked up. */
static enum sw_err judge_entry(struct search *search,
			       const struct ban_entry *entry)
{
	const struct ban_tail *tail = &entry->tail;
	bool allow = tail->kind == BAN_ALLOW;
	struct ban_note note;

	if (!sw_prefix_contains(&entry->prefix, &search->question->addr) ||
	    !is_live(search, tail->until) ||
	    !is_better(search, tail->len, allow, tail->until))
		return SW_OK;
	if (search->question->owner != NULL ||
	    has_change_of(search, tail->len)) {
		enum sw_err err = ban_file_note(search->store, &search->file,
						tail->note, &note);
		uint64_t owner;

		if (err != SW_OK)
			return err;
		owner = hash_of(note.owner);
		if (is_of_other(search, owner) ||
		    is_overtaken(search, 0, tail->len, owner))
			return SW_OK;
	}
	take(search, tail->len, allow, tail->until);
	search->is_recent = false;
	search->entry = *entry;
	return SW_OK;
}

/* Parents have smaller numbers and prefixes that are not longer. */
static enum sw_err look_at_file(struct search *search)
{
	enum ban_tree tree = ban_tree_of(&search->question->addr);
	struct ban_entry entry;
	uint32_t number = BAN_NONE;
	enum sw_err err;

	err = ban_file_search(search->store, &search->file,
			      &search->question->addr, &number, &entry);
	for (int i = 0; err == SW_OK && number != BAN_NONE; i++) {
		uint32_t child = number;

		if (search->found && entry.tail.len < search->len)
			return SW_OK;
		err = judge_entry(search, &entry);
		number = entry.tail.parent;
		if (err != SW_OK || number == BAN_NONE)
			return err;
		if (number >= child || i >= BAN_DEPTH_MAX)
			return ban_fault(search->store, BAN_FILE, SW_E_SYNTAX,
					 "entries name each other");
		err = ban_file_entry(search->store, &search->file, tree, number,
				     &entry);
	}
	return err;
}

static void fill(const struct search *search, const struct ban_note *note,
		 int64_t placed, struct sw_ban *out)
{
	out->prefix =
		sw_prefix_of(&search->question->addr, search->len, search->len);
	out->allow = search->allow;
	out->placed = placed;
	out->until = search->until;
	(void)sw_text_copy(out->owner, sizeof(out->owner), note->owner);
	(void)sw_text_copy(out->reason, sizeof(out->reason), note->reason);
}

static enum sw_err describe(struct search *search, struct sw_ban *out)
{
	const struct ban_tail *tail = &search->entry.tail;
	struct ban_change change;
	struct ban_note note;
	uint32_t count = 0;
	enum sw_err err;

	if (!search->is_recent) {
		err = ban_file_note(search->store, &search->file, tail->note,
				    &note);
		if (err == SW_OK)
			fill(search, &note, tail->placed, out);
		return err;
	}
	err = ban_recent_read(search->store, &search->recent, search->number,
			      &change, 1, &count);
	if (err != SW_OK)
		return err;
	/* It was there a moment ago: a writer never takes a sound one back. */
	if (count != 1)
		return ban_fault(search->store, BAN_RECENT_FILE, SW_E_SYNTAX,
				 "it was cut");
	note = change.note;
	note.owner[sizeof(note.owner) - 1] = '\0';
	note.reason[sizeof(note.reason) - 1] = '\0';
	fill(search, &note, change.placed, out);
	return SW_OK;
}

static enum sw_err run(struct search *search, struct sw_ban *out)
{
	enum sw_err err = SW_OK;

	if (search->recent.fd >= 0 &&
	    search->recent.number > search->file.absorbed)
		err = look_at_recent(search);
	if (err != SW_OK)
		return err;
	judge_changes(search);
	err = look_at_file(search);
	if (err != SW_OK || !search->found)
		return err;
	return describe(search, out);
}

/* Large, and most of it never used: only what is looked at is set. */
static void begin(struct search *search, struct sw_ban_store *store,
		  const struct ban_question *question)
{
	search->store = store;
	search->question = question;
	search->owner = question->owner != NULL ? hash_of(question->owner) : 0;
	search->recent = (struct ban_recent)BAN_RECENT_INIT;
	ban_file_none(&search->file);
	search->seen_count = 0;
	search->found = false;
	search->is_recent = false;
}

enum sw_err ban_ask(struct sw_ban_store *store,
		    const struct ban_question *question, struct sw_ban *out,
		    bool *out_found)
{
	struct search search;
	sw_autofd int recent_fd = -1;
	sw_autofd int file_fd = -1;
	enum sw_err err;

	begin(&search, store, question);
	/* The order in which nothing is missed: see ban_file.h. */
	err = ban_recent_open(store, &search.recent);
	recent_fd = search.recent.fd;
	if (err == SW_OK)
		err = ban_file_open(store, &search.file);
	file_fd = search.file.fd;
	if (err != SW_OK)
		return err;
	err = run(&search, out);
	if (err == SW_OK)
		*out_found = search.found;
	return err;
}
