#!/bin/sh
# runner.sh - tests/run must not be fooled: every way a program can fail is a failure.
set -u
run=$(pwd)/tests/run
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
cd "$dir" || exit 1

program() { printf '#!/bin/sh\n%s\n' "$2" >"$1" && chmod +x "$1"; }
# NAME STATUS LAST-LINE PROGRAM...
expect() {
	name=$1 status=$2 last=$3
	shift 3
	TEST_TIMEOUT=1 "$run" "$@" >out 2>&1
	got=$?
	if [ $got = "$status" ] && [ "$(tail -n 1 out)" = "$last" ]; then
		echo "ok $name"
	else
		echo "not ok $name: status $got, $(tail -n 1 out)"
	fi
}

program good 'echo ok a; echo note; echo "skip b: no c"'
program bad 'echo ok a; echo "shown"; echo "not ok b: c"; exit 1'
program lies 'echo ok a; echo "not ok b: c"'
program crash 'printf "ok a\nhalf a line"; kill -SEGV $$'
program silent ':'
program angry 'echo ok a; exit 3'
program hangs 'echo ok a; sleep 60'
program patient '# timeout: 9
sleep 2; echo ok a'
program absent 'echo no such kernel; exit 77'
program flagged 'echo ok a; exit 77'

program fuzz_a 'case " $* " in *" -max_total_time="[1-9]*) ;; *) exit 1 ;; esac; for i in 1 2 3 4 5 6 7 8; do [ -e mark ] && exit; sleep 0.1; done; exit 1'
program beside ': >mark; echo ok b'
program fuzz_b 'exit 0'
program before2 'echo ok c'
program before '[ -e mark ] && exit 1; echo ok c'

expect "run: good" 0 "1 passed, 0 failed, 1 skipped" ./good
expect "run: a failed case" 1 "1 passed, 1 failed, 0 skipped" ./bad
grep -q '^shown' out && echo "ok run: shows the output of what failed" || echo "not ok run: shows the output of what failed: no"
expect "run: a failed case, status 0" 1 "1 passed, 1 failed, 0 skipped" ./lies
expect "run: a crash" 1 "1 passed, 1 failed, 0 skipped" ./crash
expect "run: nothing said" 1 "0 passed, 1 failed, 0 skipped" ./silent
expect "run: status alone" 1 "1 passed, 1 failed, 0 skipped" ./angry
expect "run: too long" 1 "1 passed, 1 failed, 0 skipped" ./hangs
expect "run: its own limit" 0 "1 passed, 0 failed, 0 skipped" ./patient
expect "run: cannot run here" 0 "0 passed, 0 failed, 1 skipped" ./absent
grep -q 'absent: no such kernel' out && echo "ok run: lists the reason" || echo "not ok run: lists the reason: no"
expect "run: 77 after results is a failure" 1 "1 passed, 1 failed, 0 skipped" ./flagged
expect "run: not there" 1 "0 passed, 1 failed, 0 skipped" ./none
expect "run: fuzzers beside what follows them" 0 "3 passed, 0 failed, 0 skipped" ./before ./fuzz_a ./beside
program once.sh '[ -e been ] && echo ok d && exit; : >been; echo "not ok d: busy"'
program never.sh 'echo "not ok e: always"'
expect "run: once more, alone" 0 "3 passed, 0 failed, 0 skipped" ./before2 ./fuzz_b ./once.sh
expect "run: and fails again" 1 "2 passed, 1 failed, 0 skipped" ./before2 ./fuzz_b ./never.sh
expect "run: all together" 1 "6 passed, 6 failed, 2 skipped" ./good ./bad ./crash ./silent ./angry ./patient ./absent ./none ./flagged
