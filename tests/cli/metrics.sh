#!/bin/sh
# metrics.sh - sshwhy metrics: what Prometheus reads, and counts that only grow.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

# exposition FILE: nothing but what the text format 0.0.4 allows, as promtool
# wants it: HELP and TYPE once and before all samples of a metric, these in one
# group and none twice, counters that end in _total and are never negative, and
# a newline at the end. What is wrong is printed.
exposition()
{
	tail -c 1 "$1" | od -An -c | grep -q '\\n' || {
		echo "no newline at the end"
		return 1
	}
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null || return 1
	LC_ALL=C awk '
	function wrong(why) {
		print NR ": " why ": " $0
		failed = 1
	}
	BEGIN {
		name = "[a-zA-Z_:][a-zA-Z0-9_:]*"
		value = "\"([^\"\\\\]|\\\\[\\\\n\"])*\""
		label = "[a-zA-Z_][a-zA-Z0-9_]*=" value
		sample = "^" name "([{]" label "(," label ")*[}])? [0-9]+$"
	}
	/^# HELP / {
		if ($0 !~ "^# HELP " name " [^ ]" || $0 ~ /\\/)
			wrong("bad HELP")
		if ($3 in helped)
			wrong("second HELP")
		helped[$3] = 1
		now = $3
		next
	}
	/^# TYPE / {
		if ($0 !~ "^# TYPE " name " (counter|gauge)$")
			wrong("bad TYPE")
		if ($3 in type || $3 != now)
			wrong("TYPE out of place")
		type[$3] = $4
		if (($4 == "counter") != ($3 ~ /_total$/))
			wrong("name does not fit the type")
		next
	}
	{
		metric = $0
		sub(/[{ ].*/, "", metric)
		series = $0
		sub(/ [0-9]+$/, "", series)
		if ($0 !~ sample)
			wrong("bad sample")
		if (!(metric in type) || metric != now)
			wrong("sample out of place")
		if (series in seen)
			wrong("series stands twice")
		seen[series] = 1
		samples++
	}
	END {
		if (samples == 0)
			wrong("no sample")
		exit failed
	}' "$1"
}

# What the parser has to notice, one a line.
number=0
while IFS= read -r bad; do
	number=$((number + 1))
	printf '%b\n' "$bad" >"$work/bad"
	fails "the parser refuses bad text $number" exposition "$work/bad"
done <<'TEXT'
a_total 1
# HELP a_total A.\na_total 1
# HELP a_total A.\n# TYPE a_total counter
# HELP a_total A.\n# TYPE a_total gauge\na_total 1
# HELP a A.\n# TYPE a counter\na 1
# HELP a A.\n# TYPE a number\na 1
# HELP a\n# TYPE a gauge\na 1
# HELP a A.\n# TYPE a gauge\na -1
# HELP a A.\n# TYPE a gauge\na{b=c} 1
# HELP a A.\n# TYPE a gauge\na{b="c} 1
# HELP a A.\n# TYPE a gauge\na{b="\\c"} 1
# HELP a A.\n# TYPE a gauge\na{b="c",} 1
# HELP a A.\n# TYPE a gauge\na{b="\0377"} 1
# HELP a A.\n# TYPE a gauge\na 1\na 2
# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge
# HELP a A.\n# TYPE a gauge\n# HELP b B.\n# TYPE b gauge\nb 1\na 1
TEXT
printf '# HELP a A.\n# TYPE a gauge\na{b="x\\"\\\\y",c=""} 1' >"$work/bad"
fails 'the parser sees a missing newline' exposition "$work/bad"
echo >>"$work/bad"
holds 'and finds nothing wrong with escapes' exposition "$work/bad"

why metrics --log audit.log
is "$status$err" 0 'it exits with 0'
holds 'the output follows the format' exposition "$work/out"
is "$(printf '%s\n' "$out" | grep '^sshwhy_[a-z]*_*rejections_total')" \
	"$(cat <<'TEXT'
sshwhy_rejections_total{cause="wrapper.deny",owner="unknown"} 1
sshwhy_rejections_total{cause="wrapper.deny",owner="denyhosts"} 14
sshwhy_rejections_total{cause="wrapper.broken-rule",owner="unknown"} 1
sshwhy_rejections_total{cause="limit.max-startups",owner="unknown"} 1
sshwhy_rejections_total{cause="config.deny-user",owner="unknown"} 1
sshwhy_simulated_rejections_total{cause="wrapper.deny",owner="unknown"} 1
TEXT
)" 'rejections by cause and owner, folds by their count'
like "$out" '^sshwhy_logs_complete 1$' 'all logs were read'

why list --log audit.log --json
jq -c '.rule.owner = "a\"b\\c\nd\u0007é" | .audit = null' "$work/out" \
	>"$work/hostile.jsonl"
why metrics --log "$work/hostile.jsonl"
holds 'whatever an owner holds, the output follows the format' \
	exposition "$work/out"
like "$out" 'owner="a\\"b\\\\x5cc\\\\x0ad\\\\x07é"} 1$' \
	'and the owner is shown escaped'

# sum: of all rejections in $out.
sum()
{
	printf '%s\n' "$out" | awk '/^sshwhy_rejections_total/ { n += $NF }
		END { print n + 0 }'
}

why list --log audit.log --json --event rejection
cp "$work/out" "$work/day1"
# Four months on, and once in the future.
sed 's/2026-11-22/2026-07-22/g' "$work/day1" >"$work/older"
jq -c '.time = "2999-01-01T00:00:00.000Z" | .last = .time | .first = .time' \
	"$work/day1" >"$work/future"
now=$(date +%s)
age=$((now - $(date -d 2026-11-22T07:30:10Z +%s)))
if [ "$age" -gt 0 ]; then
	keep=$work/keep
	why metrics --log "$work/older" --keep "$keep"
	is "$status $(sum)" '0 18' 'the first time all is counted'
	is "$(stat -c %a "$keep")" 600 'and kept for its owner alone'
	why metrics --log "$work/older" --keep "$keep"
	is "$(sum)" 18 'then nothing of it again'
	sed -i "1s/ .*/ $(date -d 2026-11-22T07:24:00Z +%s)000/" "$keep"
	why metrics --log "$work/day1" --keep "$keep"
	is "$(sum)" 20 'but what is new, also when the old log is gone'
	why metrics --log "$work/future" --keep "$keep"
	is "$(sum)" 20 'and nothing whose time has not come'
	why metrics --log /dev/null --keep "$keep"
	is "$status $(sum)" '0 20' 'counts never become fewer'
	echo rubbish >"$keep"
	why metrics --log "$work/day1" --keep "$keep"
	is "$status $(sum)" '0 18' 'rubbish is not believed'
	like "$err" "keep: .*; counting starts anew$" 'which is said'
else
	skip 'this clock is before the records of the test'
fi

out_file=$work/sshwhy.prom
(umask 077 && why metrics --log audit.log --output "$out_file")
holds 'a file gets the same' exposition "$out_file"
is "$(stat -c %a "$out_file")" 644 'everyone may read it'
is "$(find "$work" -name '*.tmp')" '' 'nothing is left beside it'
why metrics --log audit.log --output "$work/no/such/folder"
is "$status" 4 'a file that cannot be written is a failure'
like "$err" 'no/such/folder: No such file or directory$' 'and is named'
why metrics --log audit.log --keep "$work/no/such/folder"
is "$status" 4 'the same for the file of counts'
why metrics --log /nonexistent
is "$status" 4 'a log that cannot be read is one'
holds 'but the rest is told' exposition "$work/out"
like "$out" '^sshwhy_logs_complete 0$' 'with a mark'
for words in 'extra' '--keep' '--output=' '--json' '--cause wrapper'; do
	# shellcheck disable=SC2086 # words
	why metrics $words
	is "$status" 3 "usage: metrics $words"
done
done_testing
