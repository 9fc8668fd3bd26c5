#!/bin/sh
# coverage.sh OBJDIR PROGRAM... - runs the programs of a build with --coverage and says how much of core/logic they went through: lines
# and branches of each file. Below LINES (95) or BRANCHES (90) per cent of the whole it fails; tests/coverage.gaps says why of what is
# left out on purpose.
# shellcheck disable=SC2046
set -u
obj=$1
shift
command -v gcov >/dev/null || { echo 'skip coverage: no gcov'; exit 77; }
find "$obj" -name '*.gcda' -delete
for t; do
	set --
	case $t in */fuzz_*) set -- "tests/fuzz/${t##*/fuzz_}" ;; esac
	SEEDS=${SEEDS:-4} timeout 300 "$t" "$@" >"$obj/out" 2>&1 </dev/null || { echo "not ok coverage: $t: $(grep '^not ok' "$obj/out" | head -n 3)"; exit 1; }
done
gcov -b -n -o "$obj/core/logic" "$obj"/core/logic/*.gcda 2>/dev/null | awk -v lines="${LINES_MIN:-95}" -v branches="${BRANCHES_MIN:-90}" '
	/^File / { f = $2; gsub(/\x27/, "", f); mine = f ~ /^core\/logic\/.*\.c$/ }
	!mine { next }
	/^Lines executed:/ { split($2, p, "[:%]"); n = $4; l = p[2]; tn += n; tl += n * l / 100; L[f] = l }
	/^Taken at least once:/ { split($4, p, "[:%]"); n = $6; b = p[2]; bn += n; bl += n * b / 100; B[f] = b }
	/^No branches/ { B[f] = 100 }
	END {
		for (f in L) printf "%6.2f %6.2f  %s\n", L[f], B[f], f | "sort -k3"
		close("sort -k3")
		if (!tn) { print "not ok coverage: nothing was measured"; exit 1 }
		printf "%6.2f %6.2f  of %d lines and %d branches\n", 100 * tl / tn, 100 * bl / bn, tn, bn
		ok = 100 * tl / tn >= lines && 100 * bl / bn >= branches
		printf "%s coverage: %.1f %% of lines, %.1f %% of branches of core/logic\n", ok ? "ok" : "not ok", 100 * tl / tn, 100 * bl / bn
		exit !ok
	}'
