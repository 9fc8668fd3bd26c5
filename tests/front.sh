#!/bin/sh
# front.sh - the multi-call front end: every row of the conventions, through link and first word.
set -u
bin=$(realpath "${VRRPBOX:-out/host/vrrpbox}") || exit 77
src=$(pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
cd "$dir" || exit 1
mkdir bin && cp "$bin" bin/vrrpbox && bin=$dir/bin/vrrpbox || exit 1	# hard links do not leave a file system

# NAME STATUS COMMAND...: runs it, output to out and err
expect() {
	name=$1 want=$2
	shift 2
	"$@" >out 2>err
	got=$?
	if [ $got = "$want" ]; then echo "ok $name"; else echo "not ok $name: status $got, want $want: $(cat out err)"; fi
}
# NAME COMMAND...: true or not
holds() {
	name=$1
	shift
	if "$@" >why 2>&1; then echo "ok $name"; else echo "not ok $name: $* $(head -n 3 why)"; fi
}
same_file() { [ "$(stat -L -c %d:%i "$1")" = "$(stat -L -c %d:%i "$2")" ]; }
starts() { grep -q "^$1" "$2"; }

applets=$("$bin" --list)
ln -s "$bin" vrrpbox
for a in $applets; do ln -s "$bin" "$a"; done

expect "front: alone lists, status 0" 0 ./vrrpbox
holds "front: the list is on stdout" test -s out -a ! -s err
for a in $applets; do holds "front: $a is in the list" starts "  $a " out; done
expect "front: --list" 0 ./vrrpbox --list
for f in "$src"/applets/*.c; do basename "$f" .c; done | grep -vx main | sort >want
holds "front: --list names every applet" cmp out want
expect "front: --list-full" 0 ./vrrpbox --list-full
sed 's,^,usr/sbin/,' want >full
holds "front: --list-full is paths without the first slash" cmp out full
expect "front: --version" 0 ./vrrpbox --version
holds "front: version has a number" grep -Eqx 'vrrpbox [0-9]+\.[0-9]+\.[0-9]+' out
expect "front: --help is the list" 0 ./vrrpbox --help
holds "front: --help on stdout" test -s out -a ! -s err
expect "front: --help of none such" 127 ./vrrpbox --help nosuch
expect "front: unknown option" 2 ./vrrpbox --nosuch
holds "front: which is named on stderr" grep -q -- --nosuch err
expect "front: unknown applet" 127 ./vrrpbox nosuch
holds "front: unknown applet is named" grep -qx 'nosuch: applet not found' err
ln -s "$bin" nosuch
expect "front: unknown link" 127 ./nosuch
holds "front: unknown link is named" grep -qx 'nosuch: applet not found' err
ln -s "$bin" vrrpbox-1.0
expect "front: a renamed binary" 0 ./vrrpbox-1.0 --list

for a in $applets; do
	for how in "./$a" "./vrrpbox $a" "./vrrpbox /usr/sbin/$a" "$dir/$a" "$dir/vrrpbox -$a"; do
		label=$(echo "$how" | sed "s,$dir/,/DIR/,")
		# shellcheck disable=SC2086
		expect "front: $label --help" 0 $how --help
		holds "front: $label --help is its own, on stdout" grep -q "Usage: $a" out
		holds "front: $label --help leaves stderr alone" test ! -s err
		# shellcheck disable=SC2086
		expect "front: $label --version" 0 $how --version
		holds "front: $label --version names it" grep -q "$a\|vrrpbox" out
		# shellcheck disable=SC2086
		$how --no-such-option >out 2>err
		holds "front: $label misuse fails" test $? != 0
		holds "front: $label misuse names the word, with the applet before it" grep -q "^$a: .*no-such-option" err
		holds "front: $label misuse leaves stdout alone" test ! -s out
		if [ -e /dev/full ]; then
			# shellcheck disable=SC2086
			$how --help >/dev/full 2>err
			holds "front: $label full disk is a failure" test $? != 0
			holds "front: $label full disk is told" starts "$a: " err
		fi
	done
	expect "front: --help $a" 0 ./vrrpbox --help "$a"
	holds "front: --help $a is its own" grep -q "Usage: $a" out
done
./vrrpbox --list >/dev/full 2>err
holds "front: full disk behind --list" test $? != 0
expect "front: link through a link" 0 sh -c 'ln -s vrrpd second && mkdir -p sub && ln -s ../vrrpd sub/vrrpd && sub/vrrpd --help'

if command -v bash >/dev/null; then
	as() { bash -c 'exec -a "$0" "$@"' "$@"; }
	expect "front: login shell's dash" 0 as -vrrpd "$bin" --version
	holds "front: login shell's dash, the applet" grep -q vrrpd out
	expect "front: path in argv[0]" 0 as /no/where/vrrpd "$bin" --version
	expect "front: empty argv[0]" 127 as '' "$bin" --version
else
	echo "skip front: argv[0] of our choice: no bash"
fi

# links
mkdir here
expect "install: into DIR" 0 ./vrrpbox --install here
for a in $applets; do
	holds "install: $a is a hard link" test "$(stat -c %h "here/$a")" -gt 1 -a ! -L "here/$a"
	holds "install: $a is this binary" same_file "here/$a" "$bin"
done
holds "install: nothing else, keepalived least of all" sh -c 'ls here | cmp - want'
expect "install: again" 0 ./vrrpbox --install here
holds "install: again says what was there" grep -q 'here/vrrpd: there already' out
mkdir soft
expect "install: -s" 0 ./vrrpbox --install -s soft
for a in $applets; do holds "install: -s $a is symbolic, to the binary itself" test "$(readlink "soft/$a")" = "$bin"; done
expect "install: -s again" 0 ./vrrpbox --install -s soft
expect "install: links work" 0 soft/vrrpd --version
mkdir theirs && echo mine >theirs/vrrpd
expect "install: a foreign file" 1 ./vrrpbox --install theirs
holds "install: a foreign file is kept" grep -qx mine theirs/vrrpd
holds "install: a foreign file is named" grep -q theirs/vrrpd err
ln -s /no/such theirs/keepalived
expect "install: a foreign link" 1 ./vrrpbox --install -s theirs keepalived
holds "install: a foreign link is kept" test "$(readlink theirs/keepalived)" = /no/such
mkdir alias
expect "install: keepalived by name" 0 ./vrrpbox --install alias keepalived
holds "install: keepalived alone" test "$(ls alias)" = keepalived
holds "install: keepalived is a hard link" same_file alias/keepalived "$bin"
expect "install: keepalived works" 0 alias/keepalived --help
expect "install: no such applet" 1 ./vrrpbox --install alias nosuch
expect "install: no such DIR" 1 ./vrrpbox --install ./no/such
holds "install: no such DIR is named" grep -q no/such err
expect "install: DIR is a file" 1 ./vrrpbox --install ./want
