#include "pam_eval.h"

#include <security/pam_appl.h>
#include <string.h>

#define NOT_ASKED (-2)
#define WALKS_MAX 20000

enum impression { UNDEFINED, POSITIVE, NEGATIVE };

/* What is known behind a line, and which line made it so. */
struct view {
	enum impression impression;
	int status;
	int decider;
};

struct walk {
	const struct sw_pam_stack *stack;
	struct view view, outer[SW_PAM_LEVELS + 1];
	size_t at;
};

struct search {
	const struct sw_pam_stack *stack;
	sw_pam_answer_fn answer;
	void *context;
	int answers[SW_PAM_LINES_MAX];
	unsigned int walks;
	struct sw_pam_result *out;
};

static unsigned int level_behind(const struct walk *walk)
{
	return walk->stack->lines[walk->at + 1].level;
}

static bool has_next(const struct walk *walk, unsigned int level)
{
	return walk->at + 1 < walk->stack->count && level_behind(walk) >= level;
}

/* A substack counts as one line. Returns how many could not be skipped. */
static int skip(struct walk *walk, unsigned int level, int count)
{
	for (; has_next(walk, level) && count > 0; count--) {
		do
			walk->at++;
		while (has_next(walk, level + 1));
	}
	return count;
}

static void decide(struct walk *walk, int status, size_t line)
{
	walk->view.status = status;
	walk->view.decider = (int)line;
}

/* True when the stack, or the substack, is done with. */
static bool take_grant(struct walk *walk, int answer, int action)
{
	struct view *view = &walk->view;

	if (view->impression == UNDEFINED ||
	    (view->impression == POSITIVE && view->status == PAM_SUCCESS)) {
		view->impression = POSITIVE;
		decide(walk, answer, walk->at);
	}
	return view->impression == POSITIVE && action == SW_PAM_DO_DONE;
}

static bool take_denial(struct walk *walk, int answer, int action)
{
	if (walk->view.impression != NEGATIVE) {
		walk->view.impression = NEGATIVE;
		decide(walk, answer == PAM_IGNORE ? PAM_PERM_DENIED : answer,
		       walk->at);
	}
	return action == SW_PAM_DO_DIE;
}

static void take_jump(struct walk *walk, unsigned int level, int action)
{
	size_t line = walk->at;

	if (skip(walk, level, action) == 0)
		return;
	/* "bad jump in stack" */
	walk->view.impression = NEGATIVE;
	decide(walk, PAM_PERM_DENIED, line);
}

static void take(struct walk *walk, const struct sw_pam_line *line, int answer)
{
	bool is_code = answer >= 0 && answer < SW_PAM_RETURNS;
	int action = is_code ? line->actions[answer] : SW_PAM_DO_BAD;
	bool done = false;

	if (!is_code)
		answer = PAM_PERM_DENIED;
	if (action > 0)
		take_jump(walk, line->level, action);
	else if (action == SW_PAM_DO_RESET)
		walk->view = walk->outer[line->level];
	else if (action == SW_PAM_DO_OK || action == SW_PAM_DO_DONE)
		done = take_grant(walk, answer, action);
	else if (action == SW_PAM_DO_BAD || action == SW_PAM_DO_DIE)
		done = take_denial(walk, answer, action);
	while (done && has_next(walk, line->level))
		walk->at++;
}

static int answer_of(struct search *search, size_t line)
{
	if (search->stack->lines[line].kind == SW_PAM_MUST_FAIL)
		return PAM_PERM_DENIED;
	if (search->answers[line] == NOT_ASKED)
		search->answers[line] = search->answer(search->context, line);
	return search->answers[line];
}

/* To the end, or to a line whose answer nobody knows, which is returned; -1 at
 * the end. */
static int walk_on(struct search *search, struct walk *walk)
{
	const struct sw_pam_stack *stack = search->stack;
	unsigned int before = 0;

	for (walk->at = 0; walk->at < stack->count; walk->at++) {
		const struct sw_pam_line *line = &stack->lines[walk->at];
		unsigned int level = line->level;
		int answer;

		if (before < level)
			walk->outer[level] = walk->view;
		before = level;
		if (line->kind == SW_PAM_SUBSTACK)
			continue;
		answer = answer_of(search, walk->at);
		if (answer == SW_PAM_UNKNOWN)
			return (int)walk->at;
		take(walk, line, answer);
	}
	return -1;
}

static void note_end(struct search *search, const struct walk *walk)
{
	struct sw_pam_result *out = search->out;
	struct view view = walk->view;

	if (view.status == PAM_SUCCESS && view.impression != POSITIVE) {
		view.status = PAM_PERM_DENIED;
		if (view.impression != NEGATIVE)
			view.decider = -1;
	}
	/* A password that has to be changed is changed, at the login. */
	if (view.status == PAM_SUCCESS || view.status == PAM_NEW_AUTHTOK_REQD) {
		if (!out->denies)
			out->status = view.status;
		out->passes = true;
		return;
	}
	if (!out->denies) {
		out->status = view.status;
		out->decider = view.decider;
	}
	out->denies = true;
}

static void explore(struct search *search)
{
	static const int kinds[] = {PAM_SUCCESS, PAM_IGNORE, PAM_PERM_DENIED};
	struct walk walk = {.stack = search->stack,
			    .view = {UNDEFINED, PAM_PERM_DENIED, -1}};
	int unknown;

	if (++search->walks > WALKS_MAX) {
		search->out->gave_up = true;
		return;
	}
	walk.outer[0] = walk.view;
	unknown = walk_on(search, &walk);
	if (unknown < 0) {
		note_end(search, &walk);
		return;
	}
	if (search->out->unknown < 0)
		search->out->unknown = unknown;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		search->answers[unknown] = kinds[i];
		explore(search);
	}
	search->answers[unknown] = SW_PAM_UNKNOWN;
}

void sw_pam_evaluate(const struct sw_pam_stack *stack, sw_pam_answer_fn answer,
		     void *context, struct sw_pam_result *out)
{
	struct search search = {.stack = stack,
				.answer = answer,
				.context = context,
				.out = out};

	memset(out, 0, sizeof(*out));
	out->decider = out->unknown = -1;
	for (size_t i = 0; i < SW_PAM_LINES_MAX; i++)
		search.answers[i] = NOT_ASKED;
	explore(&search);
}
