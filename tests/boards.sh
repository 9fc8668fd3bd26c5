#!/bin/sh
# boards.sh [BOARD...] - other machines: builds vrrpbox for them, runs the unit tests that need no kernel under qemu-user,
# boots a router where qemu can. By itself a big-endian one and one of 32 bits; `make boards` says all: a table.
# timeout: 900
# shellcheck disable=SC2086	# words without blanks
set -u
O=${O:-out}
unset MAKEFLAGS MAKELEVEL MFLAGS CC CFLAGS LDFLAGS LIBMNL_CFLAGS LIBMNL_LIBS STATIC BUDGET BUDGET_XZ
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
trap 'kill ${boots:-} 2>/dev/null; exit 130' INT TERM HUP

# shellcheck source=tests/boot/kit.sh
. "${0%/*}/boot/kit.sh"

emulator() {
	case $1 in
	x86_64 | aarch64 | riscv64 | s390x) echo qemu-$1-static ;;
	i686) echo qemu-i386-static ;;
	armv*) echo qemu-arm-static ;;
	mips24kc) echo env QEMU_CPU=24Kc qemu-mips-static ;;
	mipsel24kc) echo env QEMU_CPU=24Kc qemu-mipsel-static ;;
	mipsel) echo env QEMU_CPU=24Kf QEMU_LD_PREFIX=$O/deps/mipsel qemu-mipsel-static ;;
	ppc) echo qemu-ppc-static ;;
	esac
}

can_build() {
	triple=$(sed -n 's/^TRIPLE *:= *//p' "board/$1.mk")
	command -v "$triple-gcc" >/dev/null || { echo "skip board $1: the command $triple-gcc is missing"; return 1; }
	[ -e "$O/deps/$1/ready" ] || make -s O="$O" BOARD=$1 "$O/deps/$1/ready" >"$T/deps" 2>&1 ||
		{ echo "skip board $1: $(grep . "$T/deps" | tail -n 1)"; return 1; }
}

board() {
	can_build $1 || return
	outside $1
	if ! make -s -j2 O="$O" BOARD=$1 >"$T/make" 2>&1; then
		if grep -q 'compiled, not linked' "$T/make"; then
			make -s -j2 O="$O" BOARD=$1 objects >"$T/make.o" 2>&1 && echo "ok board $1: compiled" ||
				echo "not ok board $1: $(tail -n 5 "$T/make.o")"
			echo "skip board $1: $(sed -n 's/.*compiled, \(not linked.*\)/\1/p' "$T/make")"
			units $1
		else
			echo "not ok board $1: $(tail -n 5 "$T/make")"
		fi
		return
	fi
	echo "ok board $1: built, $(wc -c <"$O/$1/vrrpbox.stripped") bytes"
	budget=$(make -s O="$O" BOARD=$1 size 2>&1) && echo "ok board $1: within its budget" || echo "not ok board $1: budget: $budget"
	units $1
}

# An SDK's libmnl reaches the link, for a machine that Debian has none of.
outside() {
	sdk=$(make -n V=1 O="$O" BOARD=$1 LIBMNL_CFLAGS=-I/sdk/include LIBMNL_LIBS=/sdk/libmnl.a "$O/$1/vrrpbox" 2>&1)
	if echo "$sdk" | grep -q -- "-I/sdk/include .*-o $O/$1/vrrpbox .* /sdk/libmnl.a$"; then
		echo "ok board $1: LIBMNL_CFLAGS and LIBMNL_LIBS reach the link"
	else
		echo "not ok board $1: LIBMNL_LIBS: $(echo "$sdk" | tail -n 3)"
	fi
}

units() {
	user=$(emulator $1)
	[ $1 = "$(uname -m)" ] && user=
	tests='' booted='' missing=${user##* }
	! command -v "${missing:-env}" >/dev/null || missing=
	for t in tests/test_*.c; do
		t=${t##*/} t=${t%.c}
		case " $boot_units , $boot_unsound " in
		*" $t "*,*) [ -z "$boot" ] || booted="$booted $O/$1/tests/$t" ;;
		*" $t "*) ;;
		*) [ "$missing" ] || tests="$tests $O/$1/tests/$t" ;;
		esac
	done
	# Where libmnl is missing, those that do not reach it.
	if ! make -s -k -j2 O="$O" BOARD=$1 $booted $tests >"$T/make" 2>&1 && [ -e "$O/$1/vrrpbox" ]; then
		echo "not ok board $1: unit tests do not build: $(tail -n 5 "$T/make")"
		return
	fi
	[ -z "$booted" ] || [ ! -e "$O/$1/vrrpbox" ] || boot $1
	[ -z "$missing" ] || { echo "skip board $1: unit tests: the command $missing is missing"; return; }
	tests=$(ls $tests 2>/dev/null)
	[ "$tests" ] || { echo "not ok board $1: no unit test builds: $(tail -n 5 "$T/make")"; return; }
	# shellcheck disable=SC2016	# the inner shell's own
	echo $tests | T_QUICK=1 xargs -P 2 -n 1 sh -c 'timeout 60 $0 "$1" >"$1.said" 2>&1; echo "ends with $?" >>"$1.said"' "${user:-env}"
	n=0
	for t in $tests; do
		if ! grep -qx 'ends with 0' $t.said || grep -q '^not ok' $t.said || ! grep -q '^ok ' $t.said; then
			echo "not ok board $1: ${t##*/}: $(grep -a '^not ok' $t.said | head -n 5) $(tail -n 1 $t.said)"
		else
			n=$((n + $(grep -c '^ok ' $t.said)))
		fi
	done
	echo "ok board $1: $n cases of $(echo $tests | wc -w) unit tests${user:+ under ${user##* }}"
}

# Most of a boot is waiting: it goes on beside what follows, and says at the end what it saw.
boot() {
	(
		O=$O timeout --foreground -k 20 400 tests/boot/boot "$1"
		case $? in 0 | 1 | 77) ;; *) echo "not ok boot $1: stopped after 400 s" ;; esac
	) >"$T/boot-$1" 2>&1 &
	boots="${boots:-} $!"
}

boot=
[ $# != 0 ] || { boot=1; set -- s390x armv7; }
for b; do
	board "$b"
done
[ -z "$boot" ] || { wait; cat "$T"/boot-*; }
exit 0	# the lines say what holds
