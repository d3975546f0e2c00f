#include "page.h"

#include "html.h"
#include "phrase.h"
#include "when.h"

#include "sshwhy/text.h"

#include <inttypes.h>

#define BANS 50 /* the newest ones */

static void print_row(const struct sw_page *page, const struct sw_group *row,
		      uint64_t most, FILE *out)
{
	char when[SW_WHEN_TEXT_MAX];

	(void)fputs("<tr><td>", out);
	if (row->key[0] == '\0')
		(void)fputs("<span class=\"dim\">unknown</span>", out);
	else
		sw_html_text(out, row->key);
	(void)fprintf(out,
		      "</td><td class=\"n\">%" PRIu64
		      "</td><td class=\"n\">%.1f %%</td><td class=\"b\">"
		      "<div class=\"bar\" style=\"width:%.1f%%\"></div></td>"
		      "<td class=\"t\">%s</td></tr>\n",
		      row->count,
		      100.0 * (double)row->count / (double)page->refusals,
		      100.0 * (double)row->count / (double)most,
		      sw_when_format(row->last, when));
}

void sw_page_table(const struct sw_page *page, enum sw_group_by by,
		   const char *title, FILE *out)
{
	const struct sw_groups *groups = &page->groups[by];
	char command[64];

	(void)fprintf(out, "<h2>%s</h2>\n", title);
	if (groups->count == 0) {
		(void)fputs("<p>None.</p>\n", out);
		return;
	}
	(void)fprintf(out,
		      "<table>\n<tr><th>%s</th><th class=\"n\">Refusals</th>"
		      "<th class=\"n\">Share</th><th class=\"b\"></th>"
		      "<th class=\"t\">Last</th></tr>\n",
		      sw_group_by_name(by));
	for (size_t i = 0; i < groups->count && i < SW_PAGE_ROWS; i++)
		print_row(page, &groups->rows[i], groups->rows[0].count, out);
	(void)fputs("</table>\n", out);
	if (groups->count > SW_PAGE_ROWS)
		(void)fprintf(out, "<p class=\"dim\">and %zu more</p>\n",
			      groups->count - SW_PAGE_ROWS);
	(void)snprintf(command, sizeof(command), "top --by %s",
		       sw_group_by_name(by));
	sw_page_query(page, command, out);
}

static void print_ban(const struct sw_record *record, FILE *out)
{
	char addr[SW_ADDR_TEXT_MAX];
	char when[SW_WHEN_TEXT_MAX];
	char owner[SW_OWNER_MAX * 2];
	struct sw_text text;

	sw_text_init(&text, owner, sizeof(owner));
	sw_phrase_add_owner(&text, record->rule.owner);
	(void)fprintf(out, "<tr><td class=\"t\">%s</td><td>",
		      sw_when_format(record->time, when));
	if (record->conn.client.addr.family != SW_FAMILY_NONE)
		sw_html_text(out,
			     sw_addr_format(&record->conn.client.addr, addr));
	(void)fputs("</td><td>", out);
	sw_html_text(out, owner[0] != '\0' ? owner : "unknown");
	(void)fputs("</td><td>", out);
	sw_html_text(out, record->rule.text);
	(void)fprintf(out, "</td><td class=\"t\">%s</td></tr>\n",
		      record->until == 0 ? "for ever or unknown"
					 : sw_when_format(record->until, when));
}

void sw_page_bans(const struct sw_page *page, FILE *out)
{
	struct sw_record record;
	size_t printed = 0;

	(void)fputs("<h2>Bans, and who placed them</h2>\n", out);
	if (page->bans == 0) {
		(void)fputs("<p>None was recorded.</p>\n", out);
		sw_page_query(page, "list --event ban", out);
		return;
	}
	(void)fputs("<table>\n<tr><th class=\"t\">Placed</th><th>Client</th>"
		    "<th>By</th><th>Why</th><th class=\"t\">Until</th></tr>\n",
		    out);
	for (size_t i = page->records->count; i > 0 && printed < BANS; i--) {
		const struct sw_row *row = &page->records->rows[i - 1];

		if (row->dropped)
			continue;
		sw_records_get(page->records, row, &record);
		if (record.event != SW_EVENT_BAN)
			continue;
		print_ban(&record, out);
		printed++;
	}
	(void)fputs("</table>\n", out);
	sw_page_query(page, "list --event ban", out);
}
