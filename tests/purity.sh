#!/bin/sh
# purity.sh - the logic ring decides and does nothing else: its objects (LOGIC_OBJS) may want memory and text functions,
# each other, and nothing more. And what a board links as address 0 is wanted by nobody but libmnl, in functions that we
# never call (OUT/vrrpbox.map tells).
set -u
allowed='mem[a-z]*|str[a-z]*|inet_ntop|inet_pton|vsnprintf|snprintf|__assert_fail'
allowed="$allowed|_GLOBAL_OFFSET_TABLE_|__[a-z]*div[a-z0-9]*|__[a-z]*mod[a-z0-9]*|__aeabi_[a-z0-9]*"	# the compiler's own

# shellcheck disable=SC2086
set -- ${LOGIC_OBJS:?the objects of core/logic}
symbols() { "${OBJDUMP:-objdump}" -t "$@"; }	# not nm: its LTO plugin knows no sections
own=$(symbols "$@" | awk '/ F \.text| O \.rodata| \.data\.rel\.ro/ { print $NF }' | sort -u)
bad=0
for o; do
	for s in $(symbols "$o" | awk '/\*UND\*/ { print $NF }' | grep -Evx "$allowed"); do
		printf '%s\n' "$own" | grep -qx "$s" && continue
		echo "not ok purity: $o wants $s"
		bad=1
	done
	# a writable global is a hidden state
	for s in $(symbols "$o" | awk '/ O \.t?(data|bss)/ && !/\.data\.rel\.ro/ { print $NF }'); do
		echo "not ok purity: $o holds the variable $s"
		bad=1
	done
done
[ $bad = 0 ] && echo "ok purity: $# objects"

zero=$(grep -o 'defsym=[a-z]*=0' "${OUT:?}/flags" | sed 's/defsym=//; s/=0//' | tr '\n' ' ')
[ -n "$zero" ] || exit $bad
wanted=$(awk -v names="$zero" 'BEGIN { n = split(names, a, " "); for (i = 1; i <= n; i++) zero[a[i]] = 1 }
	/^Cross Reference Table/ { table = 1 }
	table && /^[^ ]/ { symbol = $1; $1 = "" }
	table && symbol in zero && !/libmnl\.a\(/ { print symbol " by" $0 }' "$OUT/vrrpbox.map")
if [ -n "$wanted" ]; then
	echo "not ok allocation: $wanted" | head -n 1
	bad=1
else
	echo "ok allocation: nobody wants $zero"
fi
exit $bad
