#!/bin/sh
# deps.sh - what building and testing need from this machine.
#   deps.sh build      compiler and libraries       installed by package name on Debian and its kin, as root;
#   deps.sh demo       tools of the demo            elsewhere named, with exit 1 when the work cannot go on
#   deps.sh test       tools of the demo and of every test
#   deps.sh board DIR TRIPLE DEBIAN MUSL CFLAGS   the same for another machine: see board/cross.mk
#   deps.sh shared DIR TRIPLE DEBIAN   the same for one that is linked with Debian's libraries: see board/mipsel.mk
#   deps.sh tree DIR   headers and libmnl.a for musl-gcc on a glibc system, as DIR/include and DIR/libmnl.a
# shellcheck disable=SC2086,SC2046,SC2016,SC2012	# package lists are split on purpose
set -eu
PATH=$PATH:/usr/sbin:/sbin	# which Debian leaves out for ordinary users

# PACKAGE=COMMAND: wanted when the command is missing; PACKAGE= is looked up by its name.
build='gcc=gcc libc6-dev= binutils=objcopy linux-libc-dev= libmnl-dev= pkg-config=pkg-config musl-tools=musl-gcc musl-dev='
demo='util-linux=nsenter iproute2=ip nftables=nft nginx-light=nginx psmisc=killall python3=python3'
test="$demo iputils-ping=ping procps=pgrep curl=curl busybox=busybox tcpdump=tcpdump tshark=tshark strace=strace keepalived=keepalived frr=
	shellcheck=shellcheck xz-utils=xz mandoc=mandoc runit=runsv clang=clang libclang-rt-dev=
	qemu-system-x86=qemu-system-x86_64 cpio=cpio kmod=depmod
	qemu-system-misc=qemu-system-s390x qemu-system-arm=qemu-system-arm qemu-user-static=qemu-s390x-static
	gcc-s390x-linux-gnu=s390x-linux-gnu-gcc linux-libc-dev-s390x-cross=
	gcc-arm-linux-gnueabihf=arm-linux-gnueabihf-gcc linux-libc-dev-armhf-cross="

have() { command -v "$1" >/dev/null 2>&1; }

# Installing a daemon's package must not start the daemon: the policy is ours while apt runs, and only then.
install() (
	policy=/usr/sbin/policy-rc.d
	said=$(mktemp)
	[ ! -e $policy ] || mv $policy $policy.kept
	trap 'rm -f $policy "$said"; [ ! -e $policy.kept ] || mv $policy.kept $policy' EXIT
	trap 'exit 130' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends --no-remove "$@" \
		>"$said" 2>&1 </dev/null && exit
	tail -n 30 "$said" >&2	# apt talks a lot when all is well
	exit 1
)

# Packages of the list that are not here.
missing() {
	for p; do
		case $p in
		*=) dpkg-query -W -f '${db:Status-Status}' "${p%=}" 2>/dev/null | grep -qx installed || echo "${p%=}" ;;
		*) have "${p#*=}" || echo "${p%=*}" ;;
		esac
	done
}

# Those that this release has.
known() {
	for p; do
		apt-cache show "$p" >/dev/null 2>&1 && echo "$p"
	done
	return 0
}

# Says what is not here; the caller decides what that means.
absent() {
	gone=
	for p; do
		have "${p#*=}" || [ -z "${p#*=}" ] || gone="$gone ${p#*=}"
	done
	[ -z "$gone" ] || echo "deps: not on this machine:$gone" >&2
	[ -z "$gone" ]
}

# One that cannot be had must not keep the others away.
each() {
	for p; do
		install "$p" || echo "deps: could not install $p" >&2
	done
}

get() {
	wanted=
	! have dpkg-query || wanted=$(missing "$@")
	if [ "$wanted" ] && [ "$(id -u)" != 0 ]; then
		echo "deps: not root, so these stay missing:" $wanted >&2
		exec 2>/dev/null	# has been said
	elif [ "$wanted" ]; then
		[ -n "$(known $wanted)" ] || apt-get update -qq || :
		wanted=$(known $wanted)
		echo "deps: installing" $wanted
		install $wanted || { apt-get update -qq && install $wanted; } || each $wanted
	fi
	absent "$@"
}

tree() {
	absent $build || { echo 'deps: as root, make deps-build installs what is missing' >&2; exit 1; }
	mkdir -p "$1/include"
	dir=$(cd "$1" && pwd)
	multi=$(gcc -print-multiarch)
	lib=$(ls /usr/lib/"$multi"/libmnl.a /usr/lib/libmnl.a 2>/dev/null | head -n 1) || :
	hdr=/usr/include
	if [ -z "$lib" ]; then
		# bookworm's package has none, the next release's has
		"${0%/*}/fetch.sh" trixie "$(dpkg --print-architecture 2>/dev/null)" "$dir/mnl" libmnl-dev || :
		lib=$(find "$dir/mnl" -name libmnl.a 2>/dev/null | head -n 1)
		hdr=$dir/mnl/usr/include
	fi
	if [ -z "$lib" ]; then
		echo "deps: no static libmnl here (libmnl.a); give LIBMNL_CFLAGS and LIBMNL_LIBS, or link with STATIC=0" >&2
		exit 1
	fi
	for d in linux asm-generic mtd; do
		ln -sfn "/usr/include/$d" "$dir/include/$d"
	done
	[ -d "/usr/include/$multi/asm" ] || multi=.
	ln -sfn "/usr/include/$multi/asm" "$dir/include/asm"
	ln -sfn "$hdr/libmnl" "$dir/include/libmnl"
	rm -f "$dir/libmnl.a"	# nothing unwinds through it: 2 kB less
	objcopy -R .eh_frame -R .note.gnu.property "$lib" "$dir/libmnl.a"
	: >"$dir/ready"
}

# board DIR TRIPLE DEBIAN MUSL CFLAGS: compiler, musl, libmnl and kernel headers of another machine, as DIR/musl.specs,
# DIR/include, DIR/libmnl.a. Without DEBIAN musl's headers come from its source, and there is no libmnl.a; libc DIR TRIPLE
# MUSL CFLAGS builds musl when somebody's libmnl.a makes linking possible.
board() {
	mkdir -p "$1/include"
	dir=$(cd "$1" && pwd) triple=$2 deb=$3 musl=$4 flags=$5
	compiler
	usr=$dir/usr
	"${0%/*}/fetch.sh" trixie "${deb:-amd64}" "$dir" libmnl-dev ${deb:+musl-dev}
	specs=$usr/lib/$musl/musl-gcc.specs
	if [ -z "$deb" ]; then
		"${0%/*}/fetch.sh" trixie amd64 "$dir" src:musl
		[ -e "$usr/lib/musl-gcc.specs" ] || musl install-headers "$usr/lib/musl-gcc.specs"
		specs=$usr/lib/musl-gcc.specs
	fi
	[ -e "$specs" ] || specs=$(find "$usr" -name musl-gcc.specs | head -n 1)
	sed "s,\([ :]\)/usr/,\1$usr/,g; s,-L/usr/,-L$usr/,g" "$specs" >"$dir/musl.specs"
	# newer notes ("zaamo") than the ld of Debian 12 can bear
	case $triple in riscv*) find "$usr/lib" -name '*.[ao]' -exec "$triple-objcopy" -g -R .riscv.attributes {} \; ;; esac
	from=/usr/$triple/include
	[ -d "$from/linux" ] || from=/usr/include
	for d in linux asm-generic mtd; do
		ln -sfn "$from/$d" "$dir/include/$d"
	done
	[ ! -d "$from/$triple/asm" ] || from=$from/$triple
	ln -sfn "$from/asm" "$dir/include/asm"
	ln -sfn ../usr/include/libmnl "$dir/include/libmnl"
	rm -f "$dir/libmnl.a"
	[ -z "$deb" ] || "$triple-objcopy" -R .eh_frame -R .note.gnu.property "$(find "$usr" -name libmnl.a | head -n 1)" "$dir/libmnl.a"
	: >"$dir/ready"
}

# What compiles for $triple, and for it more packages.
compiler() {
	kernel=$(echo "$triple" | sed 's/-linux-gnu$//; s/^arm-linux-gnueabihf$/armhf/; s/^arm-linux-gnueabi$/armel/; s/^aarch64$/arm64/
		s/^i686$/i386/; s/^x86_64$/amd64/')
	headers=linux-libc-dev-$kernel-cross= gccs=gcc-$(echo "$triple" | tr _ -)=$triple-gcc
	[ "$(gcc -print-multiarch 2>/dev/null)" != "$triple" ] || headers=linux-libc-dev= gccs=gcc=$triple-gcc
	get $gccs $headers make=make "$@" || exit 1
}

# shared DIR TRIPLE DEBIAN: compiler, C library to link with, and of the archive what it runs with: DIR/lib and DIR/usr/lib.
shared() {
	mkdir -p "$1/include"
	dir=$(cd "$1" && pwd) triple=$2
	compiler "libc6-dev-$3-cross=" "qemu-system-mips=qemu-system-$3"
	"${0%/*}/fetch.sh" bookworm "$3" "$dir" libmnl-dev libmnl0 libc6
	ln -sfn ../usr/include/libmnl "$dir/include/libmnl"
	: >"$dir/ready"
}

# From source, what of it is asked for.
musl() (
	mkdir -p "$dir/musl"
	cd "$dir/musl"
	[ -e configure ] || tar -xzf "$dir"/musl_*.orig.tar.gz --strip-components=1
	unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS LDFLAGS
	{ CC=$triple-gcc CFLAGS="-Os -fno-pie -ffunction-sections -fdata-sections $flags" ./configure --target="$musl" --prefix="$usr" \
		--syslibdir="$usr/lib" --disable-shared --enable-wrapper=gcc && make -j2 AR=$triple-ar RANLIB=$triple-ranlib "$@"; } >log 2>&1 && exit
	tail -n 20 log >&2
	exit 1
)

case "${1:-} ${2:-}" in
'board '?*)
	shift
	board "$@" ;;
'shared '?*)
	shift
	shared "$@" ;;
'libc '?*)
	dir=$(cd "$2" && pwd) usr=$dir/usr triple=$3 musl=$4 flags=$5
	echo "deps: building musl for $triple"
	musl install ;;
'tree '?*)
	tree "$2" ;;
'build ')
	case $(cc -dumpmachine 2>/dev/null) in *musl*) build='gcc=cc binutils=objcopy pkg-config=pkg-config' ;; esac
	get $build ;;
'demo ')
	get $demo || : ;;	# what is missing is a skip with a reason
'test ')
	get $test || : ;;
*)
	echo "usage: deps.sh build | demo | test | tree DIR | board DIR ... | shared DIR ... | libc DIR ..." >&2
	exit 2 ;;
esac
