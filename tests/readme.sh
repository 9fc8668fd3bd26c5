#!/bin/sh
# readme.sh - the README tells the truth: its keyword table is what the rows say (`tests/readme.sh --write` puts it there),
# its first configuration is fine.
set -u
box=${VRRPBOX:-out/host/vrrpbox}
begin='<!-- keywords: vrrpd -k --markdown -->'
end='<!-- end of keywords -->'
new=$(mktemp) || exit 1
trap 'rm -f "$new"' EXIT

{
	sed "/^$begin\$/q" README.md
	"$box" vrrpd -k --markdown
	sed -n "/^$end\$/,\$p" README.md
} >"$new"
if [ "${1:-}" = --write ]; then
	cat "$new" >README.md
	"${0%/*}/man.sh" --write >/dev/null	# the other place that shows the rows
elif ! grep -qx "$begin" README.md || ! grep -qx "$end" README.md; then
	echo 'not ok readme: the marks around the keyword table are gone'
elif cmp -s "$new" README.md; then
	echo 'ok readme: its keyword table is what vrrpd -k prints'
else
	echo 'not ok readme: its keyword table is old; tests/readme.sh --write makes it new'
fi

# the indented block from global_defs to the last closing brace
sed -n '/^    global_defs {/,/^    vrrpd -t/p' README.md | sed '$d; s/^    //' >"$new"
if said=$("$box" vrrpd -t -f "$new" 2>&1) || ! printf '%s\n' "$said" | grep -qv 'No such file or directory'; then
	echo 'ok readme: its first configuration'
else
	echo "not ok readme: its first configuration: $said"
fi
