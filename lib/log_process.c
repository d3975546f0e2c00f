#include "log_process.h"

#include <string.h>

/* Behind so long a silence, and after its last words, a pid is another
 * process's. */
#define SAME_PROCESS_MS INT64_C(600000)
#define LAST_WORDS_MS INT64_C(2000)

/* A rule is told at once before the refusal. */
#define HINT_MS INT64_C(10000)

/* FNV-1a; never 0. */
static uint64_t hash(const char *text, uint64_t number)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ number;

	h *= UINT64_C(1099511628211);
	for (; *text != '\0'; text++) {
		h ^= (unsigned char)*text;
		h *= UINT64_C(1099511628211);
	}
	h ^= h >> 32;
	return h | 1;
}

static uint64_t key_of(const struct sw_logtrack_line *line, pid_t pid)
{
	return hash(line->node, (uint64_t)pid);
}

/* Processes that follow each other have places of their own. */
struct sw_log_process *sw_log_process_of(struct sw_log_processes *processes,
					 const struct sw_logtrack_line *line,
					 pid_t pid)
{
	size_t place = (size_t)((hash(line->node, 0) >> 1) + (uint64_t)pid);

	return &processes->all[place % SW_LOG_PROCESSES];
}

static bool is_other_client(const struct sw_endpoint *a,
			    const struct sw_endpoint *b)
{
	if (a->addr.family == SW_FAMILY_NONE ||
	    b->addr.family == SW_FAMILY_NONE)
		return false;
	if (!sw_addr_equal(&a->addr, &b->addr))
		return true;
	return a->port != 0 && b->port != 0 && a->port != b->port;
}

bool sw_log_process_is(const struct sw_log_process *process,
		       const struct sw_logtrack_line *line, pid_t pid)
{
	int64_t age = line->time - process->time;
	int64_t most = process->ended ? LAST_WORDS_MS : SAME_PROCESS_MS;

	return process->key == key_of(line, pid) && age <= most &&
	       age >= -SAME_PROCESS_MS &&
	       !is_other_client(&process->conn.client, &line->line.conn.client);
}

void sw_log_process_begin(struct sw_log_process *process,
			  const struct sw_logtrack_line *line, pid_t pid)
{
	memset(process, 0, sizeof(*process));
	process->key = key_of(line, pid);
	process->held = SW_LOG_NONE;
}

void sw_log_process_see(struct sw_log_process *process,
			const struct sw_logtrack_line *line)
{
	process->time = line->time;
	process->ended = process->ended || line->line.ends;
}

static void add_hint(struct sw_log_processes *processes,
		     const struct sw_log_process *process,
		     const struct sw_logtrack_line *line)
{
	struct sw_log_hint *hint = &processes->hints[processes->next_hint];

	processes->next_hint = (processes->next_hint + 1) % SW_LOG_HINTS;
	hint->key = process->key;
	hint->time = line->time;
	hint->cause = line->line.cause;
	hint->rule = line->line.rule;
}

void sw_log_process_think(struct sw_log_processes *processes,
			  struct sw_log_process *process,
			  const struct sw_logtrack_line *line)
{
	const struct sw_logline *said = &line->line;

	switch ((int)said->cause) {
	case SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM:
		process->next_drop = said->limit < said->number ? said->cause
								: SW_CAUSE_NONE;
		break;
	case SW_CAUSE_LIMIT_PER_SOURCE:
		process->next_drop = said->number >= said->limit
					     ? said->cause
					     : SW_CAUSE_NONE;
		break;
	case SW_CAUSE_WRAPPER_BROKEN_RULE:
	case SW_CAUSE_NONE:
		add_hint(processes, process, line);
		break;
	default:
		break;
	}
}

const struct sw_log_hint *
sw_log_process_hint(const struct sw_log_processes *processes,
		    const struct sw_log_process *process,
		    const struct sw_logtrack_line *line)
{
	if (line->line.cause != SW_CAUSE_WRAPPER_DENY)
		return NULL;
	for (size_t i = 1; i <= SW_LOG_HINTS; i++) {
		size_t at = (processes->next_hint + SW_LOG_HINTS - i) %
			    SW_LOG_HINTS;
		const struct sw_log_hint *hint = &processes->hints[at];

		if (hint->key == process->key &&
		    line->time - hint->time <= HINT_MS &&
		    hint->rule.source[0] != '\0')
			return hint;
	}
	return NULL;
}

/* libwrap complains about a rule, and then says that it refused. */
static bool is_same_cause(enum sw_cause a, enum sw_cause b)
{
	return a == b || (sw_cause_stage(a) == SW_STAGE_WRAPPER &&
			  sw_cause_stage(b) == SW_STAGE_WRAPPER);
}

bool sw_log_process_said(struct sw_log_process *process,
			 const struct sw_logline *line)
{
	uint64_t rule = line->rule.source[0] == '\0'
				? 0
				: hash(line->rule.source, line->rule.line);

	for (size_t i = 0; i < process->said_count; i++) {
		if (is_same_cause(process->said[i].cause, line->cause) &&
		    (rule == 0 || process->said[i].rule == 0 ||
		     process->said[i].rule == rule))
			return true;
	}
	if (process->said_count < SW_LOG_SAID) {
		process->said[process->said_count].cause = line->cause;
		process->said[process->said_count].rule = rule;
		process->said_count++;
	}
	return false;
}
