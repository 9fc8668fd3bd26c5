#!/bin/sh
# size.sh - what the binary takes, beside the board's budget (BUDGET bytes of flash, stripped).
set -u
bin=${OUT:?}/vrrpbox
size "$bin" 2>/dev/null | awk 'NR == 2 { print "text " $1 "  data " $2 "  bss " $3 }'
bytes=$(wc -c <"$bin.stripped")
echo "stripped $bytes  budget ${BUDGET:-none}$(command -v xz >/dev/null && echo "  xz $(xz -9e -c "$bin.stripped" | wc -c)")"
if [ -z "${BUDGET:-}" ]; then
	echo "skip size: no BUDGET is named for this build"
elif [ "$bytes" -le "$BUDGET" ]; then
	echo "ok size"
else
	echo "not ok size: $bytes bytes, $((bytes - BUDGET)) over the budget"
	exit 1
fi
