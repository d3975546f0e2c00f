#include "page.h"

#include "filter.h"
#include "html.h"
#include "when.h"

#include "sshwhy/text.h"

#include <inttypes.h>
#include <string.h>

#define CHART_ROWS 60

/* Colours of the classes follow one another round the circle, dark enough for
 * white paper and light enough for a dark screen. */
static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#59636e;"
	"--line:#d1d9e0;--box:#f6f8fa;--bar:#0969da}"
	"@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;"
	"--dim:#9198a1;--line:#3d444d;--box:#151b23;--bar:#4493f8}}"
	"body{background:var(--bg);color:var(--fg);margin:2rem auto;"
	"max-width:70rem;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}"
	"h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2.5rem 0 "
	".5rem}"
	"p.dim,.dim{color:var(--dim)}"
	"table{border-collapse:collapse;width:100%;table-layout:fixed}"
	"th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;"
	"text-align:left;vertical-align:top;overflow-wrap:anywhere}"
	"th{font-weight:600}td.n,th.n{text-align:right;width:6rem;"
	"font-variant-numeric:tabular-nums}td.t,th.t{width:14rem;white-space:"
	"nowrap}"
	"td.b,th.b{width:9rem}"
	".bar{background:var(--bar);height:.7rem;margin-top:.4rem;"
	"border-radius:2px;min-width:1px}"
	"code{background:var(--box);border:1px solid var(--line);"
	"border-radius:4px;padding:.1rem .35rem;font-size:.85em;"
	"overflow-wrap:anywhere}"
	".sum{display:flex;flex-wrap:wrap;gap:1rem;margin:1.5rem 0}"
	".sum div{background:var(--box);border:1px solid var(--line);"
	"border-radius:6px;padding:.6rem 1rem;min-width:9rem}"
	".sum b{display:block;font-size:1.5rem}"
	".key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;"
	"list-style:none}"
	".key i{display:inline-block;width:.8rem;height:.8rem;"
	"border-radius:2px;margin-right:.4rem}"
	"svg{width:100%;height:auto;display:block}"
	"svg text{fill:var(--dim);font-size:12px}svg line{stroke:var(--line)}"
	".c0{fill:#cf222e;background:#cf222e}.c1{fill:#bc4c00;"
	"background:#bc4c00}.c2{fill:#9a6700;background:#9a6700}"
	".c3{fill:#2da44e;background:#2da44e}.c4{fill:#1b7c83;"
	"background:#1b7c83}.c5{fill:#218bff;background:#218bff}"
	".c6{fill:#8250df;background:#8250df}.c7{fill:#bf3989;"
	"background:#bf3989}.c8{fill:#8c959f;background:#8c959f}"
	"details{margin-top:.5rem}summary{cursor:pointer;color:var(--dim)}";

static enum sw_err count(struct sw_page *page, const struct sw_record *record)
{
	if (record->event == SW_EVENT_SUPPRESSED)
		page->suppressed += record->count;
	if (record->event == SW_EVENT_BAN)
		page->bans++;
	if (record->event == SW_EVENT_REJECTION &&
	    record->evidence == SW_EVIDENCE_SIMULATED)
		page->simulated += record->count;
	if (!sw_filter_is_refusal(record))
		return SW_OK;
	page->refusals += record->count;
	for (enum sw_group_by by = 0; by < SW_BY_COUNT_; by++) {
		enum sw_err err = sw_groups_add(&page->groups[by], by, record);

		if (err != SW_OK)
			return err;
	}
	return SW_OK;
}

enum sw_err sw_page_gather(const struct sw_options *options,
			   const struct sw_loaded *loaded, struct sw_page *out)
{
	const struct sw_records *records = &loaded->records;
	struct sw_page page = {
		.options = options,
		.records = records,
		.missing = loaded->missing,
		.partial = loaded->partial,
	};
	struct sw_record record;
	enum sw_err err =
		sw_timeline_count(records, 0, CHART_ROWS, &page.timeline);

	for (size_t i = 0; i < records->count && err == SW_OK; i++) {
		if (records->rows[i].dropped)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		err = count(&page, &record);
	}
	if (err != SW_OK) {
		sw_page_free(&page);
		return err;
	}
	for (enum sw_group_by by = 0; by < SW_BY_COUNT_; by++)
		sw_groups_sort(&page.groups[by], SW_PAGE_ROWS);
	*out = page;
	return SW_OK;
}

void sw_page_free(struct sw_page *page)
{
	sw_timeline_free(&page->timeline);
	for (enum sw_group_by by = 0; by < SW_BY_COUNT_; by++)
		sw_groups_free(&page->groups[by]);
}

/* In single quotes unless every byte is harmless; a quote ends them. */
static void print_word(FILE *out, const char *word)
{
	if (sw_text_is_plain(word, strlen(word))) {
		sw_html_text(out, word);
		return;
	}
	(void)fputs("&#39;", out);
	while (*word != '\0') {
		size_t len = strcspn(word, "'");
		char piece[SW_GROUP_KEY_MAX];

		len = len < sizeof(piece) ? len : sizeof(piece) - 1;
		memcpy(piece, word, len);
		piece[len] = '\0';
		sw_html_text(out, piece);
		word += len;
		if (*word == '\'') {
			(void)fputs("&#39;\\&#39;&#39;", out);
			word++;
		}
	}
	(void)fputs("&#39;", out);
}

static void print_option(FILE *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	(void)fprintf(out, " %s ", name);
	print_word(out, value);
}

void sw_page_query(const struct sw_page *page, const char *command, FILE *out)
{
	const struct sw_options *options = page->options;
	char since[SW_WHEN_TEXT_MAX];
	char until[SW_WHEN_TEXT_MAX];
	char client[SW_PREFIX_TEXT_MAX];
	bool all = options->client.base.family == SW_FAMILY_NONE;

	(void)fprintf(out,
		      "<p class=\"dim\">The numbers are those of "
		      "<code>sshwhy %s",
		      command);
	print_option(out, "--since",
		     options->since == INT64_MIN
			     ? NULL
			     : sw_when_format(options->since, since));
	print_option(out, "--until", sw_when_format(options->until, until));
	print_option(out, "--cause", options->cause);
	print_option(out, "--client",
		     all ? NULL : sw_prefix_format(&options->client, client));
	print_option(out, "--rule", options->rule);
	print_option(out, "--owner", options->owner);
	print_option(out, "--user", options->user);
	print_option(out, "--node", options->node);
	print_option(out, "--log", options->log);
	(void)fputs("</code></p>\n", out);
}

static void print_figure(FILE *out, uint64_t number, const char *words)
{
	(void)fprintf(out, "<div><b>%" PRIu64 "</b>%s</div>\n", number, words);
}

static void print_head(const struct sw_page *page, FILE *out)
{
	char when[SW_WHEN_TEXT_MAX];

	(void)fprintf(out,
		      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		      "<meta charset=\"utf-8\">\n"
		      "<meta http-equiv=\"Content-Security-Policy\" content=\""
		      "default-src 'none'; style-src 'unsafe-inline'\">\n"
		      "<meta name=\"viewport\" "
		      "content=\"width=device-width, initial-scale=1\">\n"
		      "<title>Refused SSH connections</title>\n"
		      "<style>%s</style>\n</head>\n<body>\n"
		      "<h1>Refused SSH connections</h1>\n<p class=\"dim\">",
		      style);
	if (page->options->since != INT64_MIN)
		(void)fprintf(out, "from %s ",
			      sw_when_format(page->options->since, when));
	(void)fprintf(out, "until %s</p>\n",
		      sw_when_format(page->options->until, when));
	if (page->partial)
		(void)fputs("<p><strong>A log could not be read; these are "
			    "not all.</strong></p>\n",
			    out);
	if (page->missing != 0)
		(void)fprintf(out,
			      "<p><strong>%" PRIu64
			      " records are missing between those that were "
			      "found.</strong></p>\n",
			      page->missing);
}

static void print_figures(const struct sw_page *page, FILE *out)
{
	(void)fputs("<div class=\"sum\">\n", out);
	print_figure(out, page->refusals, "refusals");
	print_figure(out, page->groups[SW_BY_CLIENT].count, "clients");
	print_figure(out, page->groups[SW_BY_RULE].count, "rules");
	print_figure(out, page->bans, "bans placed");
	if (page->simulated != 0)
		print_figure(out, page->simulated, "only observed");
	if (page->suppressed != 0)
		print_figure(out, page->suppressed, "known by their sum only");
	(void)fputs("</div>\n", out);
}

void sw_page_print(const struct sw_page *page, FILE *out)
{
	print_head(page, out);
	print_figures(page, out);
	sw_page_chart(page, out);
	sw_page_table(page, SW_BY_CAUSE, "Causes", out);
	sw_page_table(page, SW_BY_RULE, "Rules", out);
	sw_page_table(page, SW_BY_PREFIX, "Sources, by network", out);
	sw_page_table(page, SW_BY_OWNER, "Who placed the rules", out);
	sw_page_bans(page, out);
	(void)fputs("<p class=\"dim\">What each cause means, and what to do: "
		    "<code>man sshwhy-causes</code></p>\n</body>\n</html>\n",
		    out);
}
