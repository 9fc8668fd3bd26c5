#!/bin/sh
# packages.sh - board/: what other build systems and init systems get, checked by their people's tools where they are here.
# shellcheck disable=SC2016
set -u
src=$(pwd)
box=$(realpath "${VRRPBOX:-out/host/vrrpbox}") || exit 77
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP

ok() { echo "ok packages: $1"; }
bad() { echo "not ok packages: $1: $2"; }
# NAME COMMAND...
holds() { n=$1; shift; if "$@" >"$T/why" 2>&1; then ok "$n"; else bad "$n" "$(head -n 5 "$T/why")"; fi; }
fails() { n=$1; shift; if "$@" >"$T/why" 2>&1; then bad "$n" 'it did not fail'; else ok "$n"; fi; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else bad "$1" "got [$2], want [$3]"; fi; }
has() { n=$1 file=$2; shift 2; for w; do grep -qF -e "$w" "$file" || { bad "$n" "no [$w] in it"; return; }; done; ok "$n"; }

ln -s "$box" "$T/vrrpd"
shells=
for sh in 'busybox ash' dash bash; do
	command -v "${sh%% *}" >/dev/null && shells="$shells $(echo "$sh" | tr ' ' _)"
done

# ---- OpenWrt: the UCI file becomes a configuration, whatever shell reads the script

cat >"$T/uci" <<'EOF'
UCI_DIR=$1
. "$3/tests/uci/functions.sh"
. "$3/board/openwrt/files/uci.sh"
config_load "$2"
alt=$(vrrpd_alt_config) && { echo "alt $alt"; exit; }
vrrpd_enabled || { echo disabled; exit; }
vrrpd_conf
EOF
uci() { $sh "$T/uci" "$1" "$2" "$src"; }

for s in $shells; do
	sh=$(echo "$s" | tr _ ' ')
	uci "$src/tests/uci" full >"$T/full.conf" 2>"$T/full.said"
	holds "$sh: every option of the schema" diff "$T/full.conf" "$src/tests/uci/full.conf"
	holds "$sh: what cannot be said is told" diff "$T/full.said" "$src/tests/uci/full.said"
done
sh=${shells# } sh=$(echo "${sh%% *}" | tr _ ' ')

# What the generator of the keepalived package always writes is good; only what is not served is noted.
"$T/vrrpd" -t -f "$T/full.conf" >"$T/findings" 2>&1
same 'its configuration: no error, no warning' "$? $(grep -c ': warning:\|: error:' "$T/findings")" '0 0'
opt() { grep -cE "^[[:space:]]*(option|list) $1 " "$src/tests/uci/full"; }
for o in enabled notification_email notification_email_from smtp_server smtp_connect_timeout router_id vrrp_mcast_group4 vrrp_mcast_group6 \
	vrrp_startup_delay linkbeat_use_polling name address device scope label_suffix src_addr gateway table blackhole down_delay up_delay script \
	interval weight fall rise timeout direction neighbor_ip source_ip min_rx min_tx idle_tx hoplimit max_hops group track_script smtp_alert \
	global_tracking value min_ttl max_ttl state interface virtual_router_id priority version advert_int auth_type auth_pass unicast_src_ip \
	preempt_delay debug garp_master_delay garp_master_refresh garp_master_repeat garp_master_refresh_repeat lvs_sync_daemon_interface use_vmac \
	native_ipv6 accept nopreempt dont_track_primary virtual_ipaddress virtual_ipaddress_excluded virtual_routes track_interface track_bfd unicast_peer; do
	[ "$(opt $o)" != 0 ] || bad 'the fixture has every option' "$o is missing"
done
ok 'the fixture has the options of the schema'

mkdir "$T/u"
printf "config globals 'globals'\n\toption enabled '0'\n" >"$T/u/off"
same 'enabled 0: nothing' "$(uci "$T/u" off)" disabled
printf "config globals 'globals'\n\toption alt_config_file '%s'\n" "$T/uci" >"$T/u/alt"
same 'alt_config_file is used as it is' "$(uci "$T/u" alt)" "alt $T/uci"
printf "config globals 'globals'\n\toption alt_config_file '/no/such'\n\toption router_id 'x'\n" >"$T/u/noalt"
has 'alt_config_file that is not there: the rest counts' /dev/stdin 'router_id x' <<EOF
$(uci "$T/u" noalt)
EOF
cat >"$T/u/evil" <<'EOF'
config vrrp_instance
	option name 'a} notify "/bin/evil" {'
	option interface 'eth0'
	option virtual_router_id '7'
	option auth_type 'PASS'
	option auth_pass '}#!$(x)'
	list virtual_ipaddress 'v'
config ipaddress
	option name 'v'
	option address '192.0.2.1/24 } notify /bin/evil'
EOF
uci "$T/u" evil >"$T/evil.conf" 2>/dev/null
"$T/vrrpd" -t -d -f "$T/evil.conf" >"$T/evil.out" 2>&1
fails 'a value cannot become a keyword' grep -E '^[[:space:]]*notify ' "$T/evil.out"

# The init script, rpcd's plugin and the hotplug hook run with their paths moved into a directory of ours.
root=$T/root
mkdir -p "$root/etc/config" "$root/usr/lib/vrrpd" "$root/usr/sbin" "$root/lib/functions" "$root/tmp" "$root/var/run"
moved() { sed "1d; s#\\(^\\|[ =\"'>(]\\)/\\(etc\\|usr\\|lib\\|tmp\\|var\\)/#\\1$root/\\2/#g" "$1" >"$2"; }
cp "$src/board/openwrt/files/uci.sh" "$root/usr/lib/vrrpd/uci.sh"
ln -s "$box" "$root/usr/sbin/vrrpd"
: >"$root/lib/functions/network.sh"
moved "$src/board/openwrt/files/vrrpd.init" "$T/vrrpd.init"
cat >"$T/init" <<'EOF'
UCI_DIR=$2/etc/config
. "$1/tests/uci/functions.sh"
extra_command() { :; }
procd_open_instance() { echo open; }
procd_set_param() { echo "param $*"; }
procd_close_instance() { echo close; }
procd_send_signal() { echo "signal $*"; }
procd_add_reload_trigger() { echo "trigger $*"; }
running() { [ -n "$UP" ]; }
start() { echo start; start_service; }
stop() { echo stop; }
. "$3"
"$4"
EOF
run_init() { UP=${2:-} $sh "$T/init" "$src" "$root" "$T/vrrpd.init" "$1" 2>"$T/init.err"; }
same 'init: nothing to do without a UCI file' "$(run_init start_service)" ''
cat >"$root/etc/config/keepalived" <<'EOF'
config globals 'globals'
	option enabled '1'
config ipaddress
	option name 'v'
	option address '192.0.2.1/24'
config vrrp_instance
	option name 'lan'
	option interface 'eth0'
	option virtual_router_id '51'
	list virtual_ipaddress 'v'
EOF
same 'init: starts in the foreground under procd' "$(run_init start_service | tr '\n' ' ')" \
	"open param command $root/usr/sbin/vrrpd -n -f $root/tmp/keepalived.conf param respawn param stderr 1 close "
holds 'init: the file is there' grep -q 'virtual_router_id 51' "$root/tmp/keepalived.conf"
sed -i "s/'51'/'52'/" "$root/etc/config/keepalived"
same 'init: reload sends HUP' "$(run_init reload_service up)" 'signal vrrpd * HUP'
holds 'init: with the new file' grep -q 'virtual_router_id 52' "$root/tmp/keepalived.conf"
sed -i "/virtual_router_id/d" "$root/etc/config/keepalived"
same 'init: an unusable file changes nothing' "$(run_init reload_service up; grep -c 'virtual_router_id 52' "$root/tmp/keepalived.conf")" 1
has 'init: and is told' "$T/init.err" virtual_router_id unusable
same 'init: a stopped one is started by reload' "$(run_init reload_service)" start
sed -i "s/enabled '1'/enabled '0'/" "$root/etc/config/keepalived"
same 'init: enabled 0 stops it' "$(run_init reload_service up)" stop
same 'init: a commit of the UCI file reloads' "$(run_init service_triggers)" 'trigger keepalived'

moved "$src/board/openwrt/files/01-ubus" "$T/hook"
hook() { ACTION=$1 TYPE=$2 NAME=$3 $sh "$T/hook"; }
hook NOTIFY_MASTER INSTANCE lan; hook NOTIFY GROUP both; hook NOTIFY_BACKUP GROUP both; hook NOTIFY_FAULT INSTANCE ../x
same 'hotplug: the last event of each' "$(cd "$root/var/run/keepalived" && cat lan_INSTANCE/STATUS both_GROUP/STATUS && find . -name STATUS | wc -l)" \
	"NOTIFY_MASTER
NOTIFY_BACKUP
2"
mkdir -p "$root/usr/share/libubox"
cp "$src/tests/uci/mk/jshn.sh" "$root/usr/share/libubox/jshn.sh"
moved "$src/board/openwrt/files/rpcd" "$T/rpcd"
printf '#!/bin/sh\n[ "$1" = state ] && echo MASTER || echo "[{}]"\n' >"$root/usr/sbin/vrrp-state"
chmod 755 "$root/usr/sbin/vrrp-state"
same 'rpcd: methods' "$($sh "$T/rpcd" list)" '{"dump":{},"status":{}}'
same 'rpcd: dump is version 1, in status' "$($sh "$T/rpcd" call dump)" '{"status":[{}]}'
same 'rpcd: status' "$($sh "$T/rpcd" call status | sed 's/"time":[0-9]*/"time":0/g')" \
	'{"instance":[{"name":"lan","event":"NOTIFY_MASTER","status":"MASTER","time":0}],"group":[{"name":"both","event":"NOTIFY_BACKUP","status":"MASTER","time":0}]}'
printf '#!/bin/sh\nexit 3\n' >"$root/usr/sbin/vrrp-state"
same 'rpcd: vrrpd is not running' "$($sh "$T/rpcd" call dump)" '{}'

mkdir -p "$T/build/out/host" && ln -s "$box" "$T/build/out/host/vrrpbox"
owrt() { make -s -C "$src/board/openwrt" TOPDIR="$src/tests/uci/mk" INCLUDE_DIR="$src/tests/uci/mk" PKG_BUILD_DIR="$T/build" DEST="$T/ow" "$@"; }
owrt show CONFIG_VRRPBOX_STATE=y >"$T/show"
has 'OpenWrt: fields' "$T/show" 'name vrrpbox' "version $(sed -n 's/.*VRRPBOX_VERSION "\(.*\)"/\1/p' include/applet.h)-r1" 'license MIT' PROVIDES:=keepalived \
	CONFLICTS:=keepalived DEPENDS:=+libmnl "APPLETS=vrrpd vrrp-state " NO_USAGE=1 STATIC=0
holds 'OpenWrt: installs' owrt install CONFIG_VRRPBOX_STATE=y CONFIG_VRRPBOX_USAGE=y
same 'OpenWrt: files' "$(cd "$T/ow" && find . ! -type d | sort | tr '\n' ' ')" './etc/config/keepalived ./etc/hotplug.d/keepalived/01-ubus ./etc/hotplug.d/keepalived/01-user ./etc/init.d/vrrpd ./etc/keepalived.user ./lib/upgrade/keep.d/vrrpd ./usr/lib/vrrpd/firewall.sh ./usr/lib/vrrpd/uci.sh ./usr/libexec/rpcd/keepalived ./usr/sbin/vrrp-state ./usr/sbin/vrrpbox ./usr/sbin/vrrpd '

# ---- Buildroot

br() { make -s --no-print-directory -f "$src/tests/uci/buildroot.mk" MK="$src/board/buildroot/package/vrrpbox/vrrpbox.mk" SRC="$src" DEST="$T/br" "$@"; }
br show >"$T/show"
has 'Buildroot: fields' "$T/show" "$(sed -n 's/.*VRRPBOX_VERSION "\(.*\)"/\1/p' include/applet.h) vrrpbox-" MIT host-pkgconf libmnl 'kernel CONFIG_MACVLAN' 'kernel CONFIG_PACKET'
br -n build BR2_PACKAGE_VRRPBOX_CHECK=y >"$T/show"
has 'Buildroot: passes its tools and the choice' "$T/show" 'CC="cross-gcc"' STATIC=0 'APPLETS="vrrpd vrrp-check"' NO_USAGE=1 "-C $src"
br -n build BR2_STATIC_LIBS=y BR2_PACKAGE_VRRPBOX_USAGE=y >"$T/show"
has 'Buildroot: static when everything is' "$T/show" STATIC=1
fails 'Buildroot: with its option lists' grep NO_USAGE "$T/show"
holds 'Buildroot: scripts of three init systems' br scripts
same 'Buildroot: they are there' "$(cd "$T/br" && find . -type f | sort | tr '\n' ' ')" './etc/conf.d/vrrpd ./etc/init.d/S60vrrpd ./etc/init.d/vrrpd ./usr/lib/systemd/system/vrrpd.service '
fails 'Buildroot: help is at most 62 columns' grep -nE '^	  .{63,}' "$src/board/buildroot/package/vrrpbox/Config.in"
for o in STATE CHECK DUMP USAGE ALIAS; do
	grep -q "config BR2_PACKAGE_VRRPBOX_$o" board/buildroot/package/vrrpbox/Config.in && grep -q "BR2_PACKAGE_VRRPBOX_$o)" board/buildroot/package/vrrpbox/vrrpbox.mk ||
		bad 'Buildroot: options' "$o is in one file only"
done
ok 'Buildroot: each option of the menu does something'

# ---- Alpine, Yocto, systemd, the rest

version=$(sed -n 's/.*VRRPBOX_VERSION "\(.*\)"/\1/p' include/applet.h)
# shellcheck disable=SC2154 # pkgver is the file's
same 'Alpine: the version is ours' "$(. board/alpine/APKBUILD && echo "$pkgver")" "$version"
same 'Alpine: its functions are there' "$(. board/alpine/APKBUILD && type build check package | grep -c function)" 3
holds 'Alpine: no dot ends the description' sh -c '. board/alpine/APKBUILD; case $pkgdesc in *.) exit 1 ;; esac'
same 'Yocto: the licence is the one that is named' "$(sed -n 's/.*;md5=\([0-9a-f]*\)"/\1/p' board/yocto/*.bb)" "$(md5sum LICENSE | cut -d' ' -f1)"
same 'Yocto: the version is ours' "$(ls board/yocto)" "vrrpbox_$version.bb"

if command -v systemd-analyze >/dev/null; then
	mkdir "$T/unit"
	sed "s#/usr/sbin/vrrpd#$T/vrrpd#" board/systemd/vrrpd.service >"$T/unit/vrrpd.service"
	systemd-analyze verify --man=no "$T/unit/vrrpd.service" >"$T/why" 2>&1
	same 'systemd: verify has nothing to say' "$? $(grep -v '^$' "$T/why" | grep -c vrrpd)" '0 0'
	exposure=$(systemd-analyze security --offline=true "$T/unit/vrrpd.service" 2>/dev/null | sed -n 's/.*level for vrrpd.service: \([0-9]*\).*/\1/p')
	[ -z "$exposure" ] || holds "systemd: exposure $exposure of 10 is medium at most" test "$exposure" -le 5
else
	echo 'skip packages: systemd: no systemd-analyze'
fi

if command -v shellcheck >/dev/null; then
	for f in openwrt/files/uci.sh openwrt/files/01-user openwrt/files/01-ubus openwrt/files/rpcd openwrt/files/firewall.sh \
		buildroot/package/vrrpbox/S60vrrpd alpine/vrrpd.initd init/vrrpd.lsb init/runit.run init/s6.run examples/conntrack-role.sh; do
		holds "shellcheck: $f" shellcheck "board/$f"
	done
	holds 'shellcheck: openwrt/files/vrrpd.init' shellcheck -s dash board/openwrt/files/vrrpd.init
else
	echo 'skip packages: shellcheck: not here'
fi
for f in board/init/*.lsb board/init/*.run board/buildroot/package/vrrpbox/S60vrrpd board/openwrt/files/vrrpd.init board/alpine/vrrpd.initd; do
	[ -x "$f" ] || bad 'scripts are executable' "$f is not"
done
ok 'scripts are executable'
