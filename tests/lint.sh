#!/bin/sh
# lint.sh - four readers who do not get tired: cppcheck, clang-tidy, gcc -fanalyzer, shellcheck. What they are told not to say is here, or
# beside the line (NOLINT, cppcheck-suppress), with the reason.
# timeout: 3600
# shellcheck disable=SC2086,SC2016,SC2046 # words
set -u
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP
files=$(find core applets -name '*.c' | sort)
flags="-std=c11 -D_GNU_SOURCE -DAPPLETS=A(vrrpd)A(vrrp_check)A(vrrp_state)A(vrrp_dump) -iquote include"

# NAME COMMAND...: silent is good
silent() {
	name=$1
	shift
	"$@" >"$T/out" 2>&1
	rc=$?
	grep -E 'warning:|error:|style:|portability:|performance:|^In .* line' "$T/out" | sort -u >"$T/found"
	if [ -s "$T/found" ]; then
		echo "not ok lint: $name: $(wc -l <"$T/found") findings: $(head -n 1 "$T/found")"
		cat "$T/found"
	elif [ $rc != 0 ]; then
		echo "not ok lint: $name: ended with $rc: $(tail -n 1 "$T/out")"
	else
		echo "ok lint: $name"
	fi
}

if command -v cppcheck >/dev/null; then
	silent cppcheck cppcheck -q -j2 --std=c11 --enable=warning,portability,performance --inline-suppr -D_GNU_SOURCE -D__linux__ -Iinclude \
		--suppress=missingInclude --suppress=missingIncludeSystem --suppress=unmatchedSuppression $files
else
	echo 'skip lint: no cppcheck on this machine'
fi

if command -v clang-tidy >/dev/null; then
	# bugprone-easily-swappable-parameters, -narrowing: hundreds of places that are meant; -reserved-identifier: _GNU_SOURCE;
	# -assignment-in-if-condition: the house writes `if ((err = f()) < 0)`; DeprecatedOrUnsafeBufferHandling: wants Annex K;
	# -suspicious-string-compare: and `!strcmp() || strcmp()`; -sizeof-expression: arrays of pointers are meant;
	# -not-null-terminated-result: pieces of a text, ended by hand
	checks='-*,clang-analyzer-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions,-bugprone-reserved-identifier'
	checks="$checks,-bugprone-assignment-in-if-condition,-clang-analyzer-security.insecureAPI.*,-bugprone-branch-clone,-bugprone-suspicious-include"
	checks="$checks,-bugprone-implicit-widening-of-multiplication-result,-bugprone-macro-parentheses"
	checks="$checks,-bugprone-suspicious-string-compare,-bugprone-sizeof-expression,-bugprone-not-null-terminated-result"
	# one file a process: of several it takes (version 14) the second one's va_lists for uninitialized
	tidy() { printf '%s\n' $files | xargs -P 2 -n 1 sh -c 'c=$0; f=$1; shift; clang-tidy --quiet --checks="$c" "$@" -- $f' "$checks" "$flags"; }
	silent clang-tidy tidy
else
	echo 'skip lint: no clang-tidy on this machine'
fi

if ${SANCC:-gcc} -fanalyzer -x c -c -o /dev/null /dev/null 2>/dev/null; then
	analyse() { printf '%s\n' $files | xargs -P 2 -n 1 ${SANCC:-gcc} $flags -O1 -fanalyzer -c -o /dev/null; }
	silent 'gcc -fanalyzer' analyse
else
	echo 'skip lint: this compiler has no -fanalyzer'
fi

# shell scripts of ours, those that the labs run included
if command -v shellcheck >/dev/null; then
	scripts() { find tests board .ci -type f \( -name '*.sh' -o -path tests/run -o -path .ci/run -o -name '*.run' -o -name '*.lsb' -o -name S60vrrpd \) ! -path '*/conf/*' -print0 | xargs -0 shellcheck -S warning -f gcc; }
	silent shellcheck scripts
else
	echo 'skip lint: no shellcheck on this machine'
fi
