#!/bin/sh
# man.sh - the manuals tell the truth: a page for each applet, every option of --help in it, examples that run, and the keyword
# chapter of vrrpd.conf(5) is what the rows say (`tests/man.sh --write` puts it there).
set -u
box=$(realpath "${VRRPBOX:-out/host/vrrpbox}") || exit 77
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
conf5=applets/vrrpd.conf.5
begin='\.\\" keywords'
end='\.\\" end of keywords'

ok() { echo "ok man: $1"; }
bad() { echo "not ok man: $1: $2"; }

# A row of the table: | `word` | syntax | default | served | help |, where \| is a | of the text. A block begins with ### NAME.
chapter() {
	"$box" vrrpd -k --markdown | awk '
		function esc(s) { gsub(/\\/, "\\e", s); gsub(/\001/, "|", s); return s }
		function arg(s) { s = esc(s); gsub(/"/, "\\(dq", s); return s ~ /[.,;:()\[\]|?!]/ || s == "" ? "\"" s "\"" : s }
		/^### / { sub(/^### /, ""); h = arg($0); sub(/\]"$/, "]\\\\\\&\"", h); print ".Ss " h; open = 1; next }
		/^\| `/ {
			gsub(/\\\|/, "\001")
			n = split($0, f, / *\| */)
			gsub(/`/, "", f[2])
			if (open) print ".Bl -tag -width Ds -compact"
			open = 0; any = 1
			w = arg(f[2]); sub(/^-/, "\\-", w)
			print ".It Ic " w (f[3] == "" ? "" : " Li \"" esc(f[3]) "\"")
			s = esc(f[6]); d = f[4] == "" ? "" : "default " f[4]; u = f[5] == "yes" ? "" : f[5]
			t = s; if (d != "") t = t (t == "" ? "" : "; ") d
			if (u != "") t = u (t == "" ? "" : ": " t)
			if (t ~ /^[.'"'"']/) t = "\\&" t
			if (t != "") print wrap(t)
			next
		}
		any && !/^\|/ { print ".El"; any = 0 }
		END { if (any) print ".El" }
		function wrap(s,   o, k) {
			o = ""
			while (length(s) > 78) {
				for (k = 78; k > 0 && substr(s, k, 1) != " "; k--) ;
				if (!k) break
				o = o substr(s, 1, k - 1) "\n"; s = substr(s, k + 1)
			}
			return o s
		}'
}

{
	sed "/^$begin\$/q" $conf5
	chapter
	sed -n "/^$end\$/,\$p" $conf5
} >"$T/new"
if [ "${1:-}" = --write ]; then
	cat "$T/new" >$conf5
elif ! grep -q "^$begin\$" $conf5 || ! grep -q "^$end\$" $conf5; then
	bad 'the keyword chapter' 'its marks are gone'
elif cmp -s "$T/new" $conf5; then
	ok 'the keyword chapter is what vrrpd -k prints'
else
	bad 'the keyword chapter' 'is old; tests/man.sh --write makes it new'
fi

# NAME.SECTION of each page
page() { set -- "applets/$1".[158]; echo "$1"; }
for a in vrrpbox $("$box" --list); do
	p=$(page "$a")
	[ -e "$p" ] || { bad "$a" 'has no page'; continue; }
	lost=
	[ "$a" = vrrpbox ] || for o in $("$box" "$a" --help | sed -n '/^  /s/^  *//p' | grep -oE '^-[-a-z0-9A-Z]+|, -[-a-zA-Z]+' | tr -d ', '); do
		case $o in
		--*) want="Fl -${o#--}" ;;
		*) want="Fl ${o#-}" ;;
		esac
		grep -qE -e "${want}([^-a-zA-Z]|\$)|^\\.Op Fl [a-zA-Z]*${o#-}|, ${o#-}( |\$)" "$p" || lost="$lost $o"
	done
	if [ -z "$lost" ]; then ok "$a: every option of --help"; else bad "$a" "not in $p:$lost"; fi
done

if command -v mandoc >/dev/null; then
	for p in applets/*.[158]; do
		mandoc -T lint "$p" >"$T/said"
		# pages of ours that are not installed here are there all the same; others must be
		while read -r line; do
			case $line in
			*'referenced manual not found: '*)
				r=${line#*Xr } r=${r% (*} n=${r% *} s=${r##* }
				[ -e "applets/$n.$s" ] || echo "$line" ;;
			*) echo "$line" ;;
			esac
		done <"$T/said" >"$T/left"
		if [ -s "$T/left" ]; then bad "lint of $p" "$(head -n 5 "$T/left")"; else ok "lint of $p"; fi
	done
else
	echo 'skip man: no mandoc on this machine'
fi

# Every example of vrrpd.conf(5) that is a configuration.
n=0
awk -v d="$T/ex" '/^\.Bd -literal/ { f = d (++n); next } /^\.Ed/ { f = ""; next } f { print > f }' $conf5
for f in "$T"/ex*; do
	n=$((n + 1))
	"$box" vrrpd -t -f "$f" >"$T/said" 2>&1
	if grep -q 'error:\|warning:\|note:' "$T/said"; then bad "example $n" "$(head -n 3 "$T/said")"; else ok "example $n of vrrpd.conf(5)"; fi
done
[ $n -ge 2 ] || bad examples 'there are none'
