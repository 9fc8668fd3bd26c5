#!/bin/sh
# build.sh - what packagers rely on: the same bytes from another place, nothing written beside the source, flags and
# compiler from outside, dynamic linking, install; and a board that promises static gets no other binary.
# timeout: 600
set -u
src=$(pwd)
top=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$top"; rm -rf "$top"' EXIT	# an ordinary user cannot empty what is read-only
trap 'exit 130' INT TERM HUP
unset MAKEFLAGS MAKELEVEL MFLAGS

holds() {
	name=$1
	shift
	[ ! -e "$top/why" ] || mv "$top/why" "$top/last"	# for the next one to look into
	if "$@" >"$top/why" 2>&1; then echo "ok $name"; else echo "not ok $name: $* $(tail -n 5 "$top/why")"; fi
}
fails() {
	name=$1
	shift
	[ ! -e "$top/why" ] || mv "$top/why" "$top/last"	# for the next one to look into
	if "$@" >"$top/why" 2>&1; then echo "not ok $name: $* went well"; else echo "ok $name"; fi
}
same_file() { [ "$(stat -c %d:%i "$1")" = "$(stat -c %d:%i "$2")" ]; }
absolute() { echo "$1" | sed "s,\(^\|[ ]\)\($O/\),\1$src/\2,g"; }

case $O in /*) ;; *) LIBMNL_CFLAGS=$(absolute "$LIBMNL_CFLAGS") LIBMNL_LIBS=$(absolute "$LIBMNL_LIBS") ;; esac
case $OUT in /*) ;; *) OUT=$src/$OUT ;; esac
mkdir "$top/src" "$top/root"
cp -r Makefile board core applets include "$top/src" 2>/dev/null
cd "$top/src" || exit 1
find . -type f -exec chmod a-w {} + -o -type d -exec chmod a-w {} +
find . | sort >"$top/before"

holds "build: out of a read-only tree" make -j2 O="$top/o" STATIC="$STATIC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS" \
	LIBMNL_CFLAGS="$LIBMNL_CFLAGS" LIBMNL_LIBS="$LIBMNL_LIBS" CC="$CC"
find . | sort >"$top/after"
holds "build: nothing beside the source" cmp "$top/before" "$top/after"
holds "build: the same bytes from another place" cmp "$top/o/host/vrrpbox" "$OUT/vrrpbox"
fails "build: no path of the builder's inside" grep -q -e "$top" -e "$src/" "$top/o/host/vrrpbox"
make O="$top/o" STATIC="$STATIC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS" LIBMNL_CFLAGS="$LIBMNL_CFLAGS" LIBMNL_LIBS="$LIBMNL_LIBS" \
	CC="$CC" >"$top/again"
holds "build: nothing to do the second time" test ! -s "$top/again"

# a compiler that forgets -static
if [ "$STATIC" = 1 ] && [ "$CC" = musl-gcc ]; then
	cat >"$top/musl-gcc" <<-'END'
		#!/bin/sh
		for a; do
			shift
			[ "$a" = -static ] || set -- "$@" "$a"
		done
		exec musl-gcc "$@"
	END
	chmod +x "$top/musl-gcc"
	fails "build: a static board refuses what is not" make -j2 O="$top/not" CC="$top/musl-gcc" LTO= \
		LIBMNL_CFLAGS="$LIBMNL_CFLAGS" LIBMNL_LIBS="$LIBMNL_LIBS"
	holds "build: and says so" grep -q 'is not static' "$top/last"
	holds "build: and removes it" test ! -e "$top/not/host/vrrpbox"
else
	echo "skip build: a static board refuses what is not: not built with musl-gcc"
fi

# as a distribution does it
unset CC CFLAGS LDFLAGS LIBMNL_CFLAGS LIBMNL_LIBS STATIC
for p in pkg-config gcc; do
	command -v $p >/dev/null || { echo "skip build: as distributions do: no $p"; exit 0; }
done
dynamic() {
	make -j2 O="$top/dyn" STATIC=0 CC=gcc CFLAGS='-O2 -g -fPIE' CPPFLAGS='-DFROM_OUTSIDE=1' LDFLAGS='-pie -Wl,-z,now' \
		DESTDIR="$top/root" PREFIX=/usr "$@"
}
holds "build: dynamic, with flags from outside" dynamic V=1
cp "$top/why" "$top/log"
holds "build: CFLAGS, CPPFLAGS, LDFLAGS are used" grep -q -e '-O2 -g -fPIE.*-pie -Wl,-z,now' "$top/dyn/host/flags"
holds "build: and shown with V=1" grep -q -e 'gcc .*-DFROM_OUTSIDE=1.* -c ' "$top/log"
holds "build: the interpreter is there" sh -c "readelf -lW $top/dyn/host/vrrpbox | grep -q INTERP"
holds "build: -z now arrived" sh -c "readelf -dW $top/dyn/host/vrrpbox | grep -q NOW"
holds "build: NO_USAGE=1" dynamic O="$top/bare" NO_USAGE=1 APPLETS=vrrpd
holds "build: NO_USAGE=1 keeps the synopsis" sh -c "$top/bare/host/vrrpd --help | grep -q '^Usage: vrrpd '"
fails "build: NO_USAGE=1 leaves the options out" sh -c "$top/bare/host/vrrpd --help | grep -q '^  -'"
holds "build: APPLETS= are those in the binary" test "$("$top/bare/host/vrrpbox" --list)" = vrrpd
holds "install: DESTDIR and PREFIX" dynamic install
sbin=$top/root/usr/sbin
holds "install: the binary as built, not stripped" cmp "$sbin/vrrpbox" "$top/dyn/host/vrrpbox"
for a in $("$sbin/vrrpbox" --list); do
	holds "install: link $a" test "$(readlink "$sbin/$a")" = vrrpbox
	holds "install: $a runs" "$sbin/$a" --version
done
holds "install: nothing else in sbin" test "$(find "$sbin" ! -type d | wc -l)" = $(($("$sbin/vrrpbox" --list | wc -l) + 1))
share=$top/root/usr/share
for p in man1/vrrpbox.1 man8/vrrpd.8 man5/vrrpd.conf.5 man1/vrrp-state.1 man1/vrrp-check.1 man1/vrrp-dump.1; do
	holds "install: ${p#*/}" cmp "$share/man/$p" "$src/applets/${p#*/}"
done
holds "install: examples" test -s "$share/doc/vrrpbox/examples/nginx-pair.conf" -a -x "$share/doc/vrrpbox/examples/conntrack-role.sh"
holds "install: nothing else" test "$(find "$top/root" -type f ! -path "$sbin/*" | grep -vc '/man/\|/examples/')" = 0
holds "install: again" dynamic install
holds "install: ALIAS=1" dynamic install ALIAS=1
holds "install: keepalived is a hard link" same_file "$sbin/keepalived" "$sbin/vrrpbox"
holds "install: ALIAS=1 again" dynamic install ALIAS=1
rm "$sbin/keepalived" && echo theirs >"$sbin/keepalived"
fails "install: ALIAS=1 over the real keepalived" dynamic install ALIAS=1
holds "install: the real one stays" grep -qx theirs "$sbin/keepalived"
holds "install: SBINDIR" dynamic install SBINDIR=/opt/bin
holds "install: SBINDIR is used" test -x "$top/root/opt/bin/vrrpbox"

# The tarball: the same bytes when it is made from what it holds, and it builds.
holds "dist: a tarball" make -s -C "$src" dist O="$top/d1"
mkdir "$top/x" && tar -xJf "$top"/d1/vrrpbox-*.tar.xz -C "$top/x"
holds "dist: the same bytes out of the tarball" sh -c "make -s -C $top/x/vrrpbox-* dist O=$top/d2 && cmp $top/d1/*.xz $top/d2/*.xz"
holds "dist: one directory, named by its version" test "$(ls "$top/x")" = "vrrpbox-$("$OUT/vrrpbox" --version | sed 's/.* //; s/)//')"
holds "dist: everything that is wanted" sh -c "cd $top/x/* && test -e LICENSE -a -e README.md -a -e tests/run -a -e board/deps.sh -a -x .ci/run"
