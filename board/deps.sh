#!/bin/sh
# deps.sh - what building and testing need from this machine.
#   deps.sh build      compiler and libraries       installed by package name on Debian and its kin, as root;
#   deps.sh demo       tools of the demo            elsewhere named, with exit 1 when the work cannot go on
#   deps.sh test       tools of the demo and of every test
#   deps.sh tree DIR   headers and libmnl.a for musl-gcc on a glibc system, as DIR/include and DIR/libmnl.a
# shellcheck disable=SC2086,SC2046,SC2016,SC2012	# package lists are split on purpose
set -eu
PATH=$PATH:/usr/sbin:/sbin	# which Debian leaves out for ordinary users

# PACKAGE=COMMAND: wanted when the command is missing; PACKAGE= is looked up by its name.
build='gcc=gcc libc6-dev= binutils=objcopy linux-libc-dev= libmnl-dev= pkg-config=pkg-config musl-tools=musl-gcc musl-dev='
demo='util-linux=nsenter iproute2=ip nftables=nft nginx-light=nginx psmisc=killall python3=python3'
test="$demo iputils-ping=ping procps=pgrep curl=curl busybox=busybox tcpdump=tcpdump tshark=tshark strace=strace keepalived=keepalived frr=
	shellcheck=shellcheck xz-utils=xz mandoc=mandoc runit=runsv clang=clang libclang-rt-dev=
	qemu-system-x86=qemu-system-x86_64 cpio=cpio kmod=depmod"

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
		install $wanted || { apt-get update -qq && install $wanted; } || echo 'deps: could not install them' >&2
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

case "${1:-} ${2:-}" in
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
	echo "usage: deps.sh build | demo | test | tree DIR" >&2
	exit 2 ;;
esac
