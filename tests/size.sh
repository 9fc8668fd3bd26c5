#!/bin/sh
# size.sh - what the binary takes, beside the board's budget (BUDGET bytes of flash, stripped; BUDGET_XZ compressed).
set -u
bin=${OUT:?}/vrrpbox
size "$bin" 2>/dev/null | awk 'NR == 2 { print "text " $1 "  data " $2 "  bss " $3 }'
bytes=$(wc -c <"$bin.stripped")
packed=$(xz -9e -c "$bin.stripped" 2>/dev/null | wc -c)	# 0: no xz here
echo "stripped $bytes  budget ${BUDGET:-none}  xz $packed  budget ${BUDGET_XZ:-none}"
if [ -z "${BUDGET:-}" ]; then
	echo "skip size: no BUDGET is named for this build"
elif [ "$bytes" -le "$BUDGET" ]; then
	echo "ok size"
	[ "$packed" -le "${BUDGET_XZ:-$packed}" ] || { echo "not ok size: compressed $packed bytes, the budget is $BUDGET_XZ"; exit 1; }
else
	echo "not ok size: $bytes bytes, $((bytes - BUDGET)) over the budget"
	exit 1
fi
