# tally.awk - judges the output of one suite.
#
#   awk -v exit_status=N -v format=tap|trs -f tally.awk FILE...
#
# Prints "PASSED FAILED SKIPPED", then one line for each thing that is wrong
# with the suite as a whole; each of those has been counted as a failure. A
# suite that printed no plan, ran fewer points than it planned, gave up, or
# died without saying so has failed.

function wrong(words)
{
	failed++
	complaints = complaints words "\n"
}

function count_point(is_ok, line)
{
	points++
	if (!is_ok)
		failed++
	else if (toupper(line) ~ /^[^#]*# *SKIP/)
		skipped++
	else
		passed++
}

format == "tap" && /^Bail out!/ { wrong($0) }
format == "tap" && /^1\.\.[0-9]+/ {
	plans++
	split($1, plan, /\.\./)
	planned += plan[2]
	if (plan[2] == 0 && toupper($0) ~ /# *SKIP/) {
		skipped++
		skipped_whole++
	}
}
format == "tap" && /^ok($| )/ { count_point(1, $0) }
format == "tap" && /^not ok($| )/ { count_point(0, $0) }

format == "trs" && /^:test-result: / {
	points++
	if ($2 == "PASS" || $2 == "XFAIL")
		passed++
	else if ($2 == "SKIP")
		skipped++
	else
		failed++
}

END {
	if (format == "tap") {
		if (plans != 1)
			wrong("printed " plans + 0 " plans")
		else if (points != planned)
			wrong("planned " planned ", ran " points + 0)
		else if (points == 0 && !skipped_whole)
			wrong("ran nothing")
	} else if (points == 0) {
		wrong("ran nothing")
	}
	if (exit_status != 0 && failed == 0)
		wrong("exit status " exit_status)
	printf "%d %d %d\n%s", passed, failed, skipped, complaints
}
