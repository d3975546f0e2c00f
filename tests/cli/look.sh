#!/bin/sh
# look.sh - sshwhy top, timeline and follow: counts, filters, rotated logs.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

follower=
trap '[ -z "$follower" ] || kill "$follower"; rm -rf "$work"' EXIT

# --- top ----------------------------------------------------------------------

why top --log audit.log
is "$status" 0 'top exits with 0'
is "$out" "$(cat <<'TEXT'
        14   77.8 %  last 2026-11-22T07:20:59+00:00  203.0.113.5
         1    5.6 %  last 2026-11-22T07:21:40+00:00  198.51.100.7
         1    5.6 %  last 2026-11-22T07:23:20+00:00  198.51.100.8
         1    5.6 %  last 2026-11-22T07:25:00+00:00  2001:db8::7
         1    5.6 %  last 2026-11-22T07:26:40+00:00  203.0.113.9
18 refusals, 5 different by client; 1 were only observed
TEXT
)" 'clients are counted with their folds, most first'
why top --log audit.log --limit 1
like "$out" '^ +4  of 4 more; see --limit$' 'what is cut off is summed up'

# counts BY FILTER...: each key with its count, from the JSON.
counts()
{
	counts_by=$1
	shift
	why top --by "$counts_by" --log audit.log --json "$@"
	jq -r '"\(.count) \(.key)"' "$work/out" | tr '\n' ';'
}

is "$(counts prefix)" \
	'15 203.0.113.0/24;2 198.51.100.0/24;1 2001:db8::/64;' \
	'by network: /24 of IPv4, /64 of IPv6'
is "$(counts cause)" \
	'15 wrapper.deny;1 config.deny-user;1 limit.max-startups;1 wrapper.broken-rule;' \
	'by cause'
is "$(counts owner)" '14 denyhosts;4 null;' 'by owner, unknown ones are null'
is "$(counts user)" '17 null;1 eve;' 'by user'
is "$(counts rule --rule /etc/hosts.deny:7)" \
	'1 /etc/hosts.deny:7  sshd: [2001:db8::]/32;' 'one rule by its line'
is "$(counts client --rule /etc/hosts.deny)" '14 203.0.113.5;1 2001:db8::7;' \
	'all rules of a file'
is "$(counts client --user eve)" '1 198.51.100.8;' \
	'a record without a user is not that of one'
is "$(counts client --owner denyhosts --since 2026-11-22T07:20:30)" \
	'13 203.0.113.5;' 'filters add up'
why top --by colour
is "$status" 3 'what cannot be counted by is a wrong command line'
why top 203.0.113.5
is "$status" 3 'so is a word'

# Two sources whose keys meet in a slot are two; a thousand are a thousand.
"$builddir/tests/tools/gen_audit_log" 3000 1 >"$work/many"
why top --log "$work/many" --json --limit 10000
is "$(jq -s 'map(.count) | add' "$work/out")" 3000 'nothing is lost in a crowd'
is "$(jq -r .key "$work/out" | sort -u | wc -l)" \
	"$(grep -o ' addr=[^ ]*' "$work/many" | sort -u | wc -l)" \
	'each client has one row'
is "$(jq -s '. == sort_by(-.count, .key)' "$work/out")" true \
	'in order, equal ones by their names'
cp "$work/out" "$work/every"
for limit in 1 2 3 64 1000 2500; do
	why top --log "$work/many" --json --limit "$limit"
	head -n "$limit" "$work/every" >"$work/first"
	holds "the first $limit are those of all" cmp "$work/out" "$work/first"
done

# --- timeline -----------------------------------------------------------------

why timeline --log audit.log --json
is "$(jq -s 'map(.count) | add' "$work/out")" 18 \
	'a timeline holds what top counts'
is "$(jq -s '.[0].from' "$work/out")" '"2026-11-22T07:20:00.000Z"' \
	'it starts at a round time'
is "$(jq -c 'select(.by_cause["config.deny-user"]) | .from' "$work/out")" \
	'"2026-11-22T07:23:00.000Z"' 'a cause stands where it happened'
COLUMNS=80 why timeline --log audit.log
is "$(printf '%s\n' "$out" | grep -c '█')" 5 \
	'a bar for each row that has some, as long as the screen has rows'
why timeline --log audit.log --step 1d
is "$out" "2026-11-22T00:00:00+00:00        18  ████████████████  wrapper.deny 83 %
18 refusals" 'a day with its commonest cause'
TZ=Asia/Kathmandu why timeline --log audit.log --step 1d --json
is "$(jq -r .from "$work/out")" 2026-11-21T18:15:00.000Z \
	'days are those of the local zone'
LC_ALL=C why timeline --log audit.log --step 1d
like "$out" '  ################  ' 'a terminal without UTF-8 gets no blocks'
why timeline --log "$work/many" --step 1s
is "$status" 0 'a row a second'
why timeline --log audit.log --step 0
is "$status" 3 'no step at all is none'
why timeline --log /dev/null
is "$status $out" '0 0 refusals' 'nothing is nothing'

# --- report -------------------------------------------------------------------

why report --html "$work/page.html" --log audit.log --until 2026-11-23
is "$status $out$err" '0 ' 'a report is written'
holds 'it says what is missing' \
	grep -q '2 records are missing' "$work/page.html"
is "$(stat -c %a "$work/page.html")" 600 'for its owner only'
holds 'it is whole, well nested, and asks for nothing from elsewhere' \
	python3 - "$work/page.html" <<'PYTHON'
import html.parser, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
class Page(html.parser.HTMLParser):
    open_tags = []
    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "link", "img", "iframe", "form", "a"), tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("src", "href"), name
        if tag not in ("meta", "rect", "line"):
            self.open_tags.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        if tag != "rect":
            assert self.open_tags.pop() == tag, tag
parser = Page()
parser.feed(page)
assert parser.open_tags == [], parser.open_tags
assert not re.search(r"url\(|@import|https?:", page)
PYTHON
# Of each number the command that gives it, run as it stands there.
grep -o '<code>sshwhy [^<]*' "$work/page.html" | sed 's/<code>sshwhy //' |
	grep -v '^sshwhy-' >"$work/queries"
is "$(wc -l <"$work/queries")" 6 'each part names its command'
untrue=
while read -r query; do
	eval "why $query" && [ -n "$out" ] || untrue="$untrue; $query"
done <"$work/queries"
is "$untrue" '' 'and each of them gives an answer'
eval "why $(grep 'top --by cause' "$work/queries") --json"
is "$(jq -r .count "$work/out" | head -n 1)" \
	"$(grep -o '<td>wrapper.deny</td><td class="n">[0-9]*' \
		"$work/page.html" | grep -o '[0-9]*$')" 'the same one as the page'
fails 'a hostile rule is text' grep -q "$(printf '\033')" "$work/page.html"
sed 's/cmd="[^"]*"/cmd=3C7363726970743E/; s/cmd=[0-9A-F]* /cmd=3C7363726970743E /' \
	audit.log >"$work/hostile.log"
why report --html - --log "$work/hostile.log"
like "$out" '&lt;script&gt;' 'what looks like HTML is text, too'
why report --html "$work/none/page.html" --log audit.log
is "$status" 4 'a folder that is not there'
why report --log audit.log
is "$status" 3 'a page must go somewhere'
why report --html - --log /dev/null
like "$out" 'Nobody was refused' 'nothing is a page, too'

# --- follow -------------------------------------------------------------------

# follow_from FILE ARGUMENT...: until it has the file open.
follow_from()
{
	"$builddir/sshwhy" follow --log "$@" >"$work/followed" \
		2>"$work/err" &
	follower=$!
	until readlink "/proc/$follower/fd/"* | grep -qF "$1"; do
		kill -0 "$follower" || return
	done
}

ended()
{
	wait "$follower"
	status=$?
	follower=
}

log=$work/audit.log
head -n 4 audit.log >"$log"
follow_from "$log" --limit 3 --client 203.0.113.0/24
line=$(grep -m 1 'addr=203.0.113.9 ' audit.log)
printf %.100s "$line" >>"$log"
{
	printf '%s\n' "$line" | cut -c 101-
	grep 'addr=198.51.100.8 ' audit.log
} >>"$log"
mv "$log" "$log.1"
grep 'addr=203.0.113.77 ' audit.log >"$log"
grep 'addr=203.0.113.77 ' audit.log | sed 's/seqno=[0-9]*/seqno=99/' >>"$log"
ended
is "$status" 0 'follow ends at its limit'
is "$(grep -c . "$work/followed")" 3 \
	'a line in two pieces, a rotated log: three that were asked for'
like "$(cat "$work/followed")" '203\.0\.113\.9:40003' 'the one in two pieces'
is "$(grep -c 203.0.113.77 "$work/followed")" 2 \
	'and those in the new file'
fails 'nothing from before it began' grep -q 203.0.113.5: "$work/followed"

"$builddir/sshwhy" list --log audit.log --json >"$work/rows.jsonl"
: >"$work/new.jsonl"
follow_from "$work/new.jsonl" --json --limit 2
cat "$work/rows.jsonl" "$work/rows.jsonl" | head -n 9 >>"$work/new.jsonl"
ended
is "$(wc -l <"$work/followed")" 2 'a record that comes twice is one'
holds 'JSON is the record itself' cmp -n "$(wc -c <"$work/followed")" \
	"$work/followed" "$work/rows.jsonl"

why follow --log /nonexistent/x --limit 0
is "$status" 3 'a limit of nothing is a wrong command line'
done_testing
