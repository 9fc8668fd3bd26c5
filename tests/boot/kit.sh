# shellcheck shell=sh disable=SC2034
# kit.sh - what booting an emulated machine needs: Debian's kernel for it, and an initramfs of a few files.
# O is the build's output; what is fetched lies in $O/deps/BOARD. Without network or qemu: skip and 77.
# BOOT_ACCEL=kvm where KVM is worth its name; without it everything is emulated.

export PATH="$PATH:/usr/sbin:/sbin"
# Unit tests of what qemu-user does not know: sockets, processes, netlink. The quick ones that need no other program run in the booted router.
boot_units='test_child test_loop test_sandbox test_trust test_watch'
boot_unsound="$boot_units test_link test_procs test_raw"
O=${O:-${0%/*}/../../out}

boot_cannot() {
	echo "skip ${0##*/}${BOARD:+ $BOARD}: $1"
	exit 77
}

# The board's machine: Debian's name of it, its kernel, how qemu is called, modules of network and disk.
boot_board() {
	case $1 in
	x86_64)   arch=amd64 flavour=amd64 qemu="qemu-system-x86_64 -M q35 -cpu max -accel ${BOOT_ACCEL:-tcg}" tty=ttyS0 nic=virtio-net-pci
		  modules='virtio_pci virtio_net' ;;
	i686)     arch=i386 flavour=686 qemu="qemu-system-i386 -M q35 -cpu max -accel ${BOOT_ACCEL:-tcg}" tty=ttyS0 nic=virtio-net-pci
		  modules='virtio_pci virtio_net' ;;
	aarch64)  arch=arm64 flavour=arm64 qemu='qemu-system-aarch64 -M virt -cpu cortex-a53' tty=ttyAMA0 nic=virtio-net-pci
		  modules='virtio_pci virtio_net' ;;
	armv7)    arch=armhf flavour=armmp qemu='qemu-system-arm -M virt,highmem=off -cpu cortex-a15' tty=ttyAMA0 nic=virtio-net-pci
		  modules='virtio_pci virtio_net' ;;
	s390x)    arch=s390x flavour=s390x qemu='qemu-system-s390x -M s390-ccw-virtio' tty=ttysclp0 nic=virtio-net-ccw
		  modules='virtio_net' ;;
	mipsel24kc) arch=mipsel flavour=4kc-malta qemu='qemu-system-mipsel -M malta -cpu 24Kc' tty=ttyS0 nic=pcnet
		  modules='pcnet32' ;;
	mipsel)   arch=mipsel flavour=4kc-malta qemu='qemu-system-mipsel -M malta -cpu 24Kf' tty=ttyS0 nic=pcnet
		  modules='pcnet32' ;;
	*)        boot_cannot 'no machine of it is known' ;;
	esac
	deps=$O/deps/$1
	command -v "${qemu%% *}" >/dev/null || boot_cannot "the command ${qemu%% *} is missing"
	for tool in cpio depmod gzip; do
		command -v $tool >/dev/null || boot_cannot "the command $tool is missing"
	done
	[ -e "$deps/boot/ready" ] || boot_kernel "$1" || boot_cannot 'its kernel could not be fetched'
	kernel=$(echo "$deps"/boot/vmlinu[xz]-*)
	version=${kernel##*/vmlinu?-}
}

# Of the modules stays what a router may want: the rest is 300 MB.
boot_kernel() (
	"${0%/*}/../../board/fetch.sh" bookworm "$arch" "$deps" "linux-image-$flavour" busybox-static >&2 || exit
	cd "$deps" || exit
	rm -rf usr/share boot/System.map-* boot/config-*
	cd lib/modules/* || exit
	find kernel/sound kernel/drivers/* -maxdepth 0 ! -name net ! -name virtio ! -name char ! -name s390 -exec rm -rf {} +
	rm -rf kernel/drivers/net/wireless
	find kernel/drivers/net/ethernet/* -maxdepth 0 ! -name amd -exec rm -rf {} + 2>/dev/null
	cd ../../.. || exit
	depmod -b . "$(ls lib/modules)" && : >boot/ready
)

# boot_libraries DIR PROGRAM: what a program that is not static needs, of the board's own Debian (its deps.sh fetched it).
boot_libraries() {
	mkdir -p "$1/lib"
	for l in $(readelf -lWd "$2" | sed -n 's,.*interpreter: .*/\(.*\)],\1,p; s,.*(NEEDED).*\[\(.*\)],\1,p'); do
		cp -L "$(find "$deps" -name "$l" | head -n 1)" "$1/lib/" || return
	done
}

# boot_initrd FILE DIR MODULE...: DIR with busybox and the modules, /modules/order being the order to load them in.
boot_initrd() {
	initrd=$1 root=$2
	shift 2
	mkdir -p "$root/bin" "$root/modules" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp"
	cp "$deps/bin/busybox" "$root/bin/"
	for m; do
		modprobe -d "$deps" -S "$version" --show-depends "$m"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$root/modules/paths" || return
	while read -r m; do
		cp "$m" "$root/modules/" && echo "${m##*/}"
	done <"$root/modules/paths" >"$root/modules/order"
	(cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$initrd"
}
