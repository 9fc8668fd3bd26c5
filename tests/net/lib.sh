# shellcheck shell=sh
# lib.sh - a lab on one machine: hosts with network, files, processes and name of their own, joined by a bridge.
# First line of a script of tests/net:  . "${0%/*}/lib.sh"
# The script is then started again inside namespaces that end with it, however it ends: nothing is left behind, and
# nothing outside is seen or touched. Commands inside a host begin in /; the machine's own files are read-only there,
# /etc /usr/local /var /run /tmp and / itself may be written. $LAB is the same directory in every host.
#
#   host NAME [IF=ADDR/LEN[,ADDR/LEN]...]   a host with ports on the LAN
#   on HOST CMD...       run inside                net HOST CMD...   the same, its network only (quick)
#   bg HOST JOB CMD...   start in the background; output in $LAB/HOST/JOB.log
#   end HOST JOB [SIG]   signal it (TERM), wait for its end      hit HOST JOB SIG   signal it only
#   alive HOST JOB       is it running?
#   start_vrrpd HOST FILE [OPTION...]   start_keepalived HOST FILE    run it and wait until it works; JOB is vrrpd
#   conf HOST PRIO [LINE...]   writes $LAB/HOST.conf: VI_1 on eth0, 10.9.0.100, version 3, every 100 ms; LINEs inside it,
#                              $CONF_TOP before it
#   cable HOST out|in [IF]     carrier of its port
#   cut FROM TO [RULE...]      lose frames from one host to another, RULE in nft's words       heal   all of these end
#   capture HOST IF            what passes its interface, from now on, to $LAB/HOST/IF.pcap; readable while it goes on
#   frames HOST IF [FILTER]    prints it, a line a frame
#   has_vip HOST [ADDR]   no_vip HOST [ADDR]   vrrp_master HOST...   who of them holds the address
#   logged HOST TEXT      no_log HOST TEXT     log_count HOST TEXT   in its daemon's log
#   wait_until SEC CMD...      look every 30 ms; LAB_SLOW=N makes all such bounds N times longer
#   ok NAME   not_ok NAME WHAT   skip NAME REASON   is NAME CMD...   soon NAME SEC CMD...   same NAME GOT WANT   finish
#
# What this machine's kernel has not (dummy, vlan, bond, vrf, ipvlan, netem, AH) an emulated one has:
#   tests/boot/guest [-t SEC] tests/net/NAME.sh

export PATH="$PATH:/usr/sbin:/sbin"	# an ordinary user's has them not
LAB=/run/lab
VIP=10.9.0.100

lab_cannot() {
	echo "skip ${0##*/}: $1"
	exit 77
}

# The outer half: this shell waits. When it ends in whatever way, the kernel ends everything below it.
if [ -z "${LAB_INSIDE:-}" ]; then
	for lab_tool in unshare nsenter setpriv ip nft; do
		command -v $lab_tool >/dev/null || lab_cannot "the command $lab_tool is missing"
	done
	lab_user=
	if [ "$(id -u)" != 0 ]; then
		[ -n "${LAB_ANYONE:-}" ] || lab_cannot 'not root, which tcpdump and scripts of other users need'
		lab_user=-r
	fi
	lab_in() {
		setpriv --pdeathsig KILL unshare $lab_user -n -m -p -u --propagation private --mount-proc --kill-child "$@"
	}
	lab_in true 2>/dev/null || {
		awk '$5 == "/" { found = 1 } END { exit !found }' /proc/self/mountinfo ||
			lab_cannot 'a chroot that is no mount point; mount --bind it onto itself before'
		lab_cannot 'no permission to make namespaces'
	}
	# shellcheck disable=SC2086
	LAB_INSIDE=1 lab_in ${LAB_SH:-sh} "$0" "$@" &
	lab_pid=$!
	trap 'trap "" INT TERM HUP; kill -KILL $lab_pid 2>/dev/null; wait $lab_pid 2>/dev/null; echo; exit 130' INT TERM HUP
	wait $lab_pid
	exit $?
fi

lab_failed=0
lab_name=${0##*/}
lab_name=${lab_name%.sh}
ok() { echo "ok $lab_name: $1"; }
not_ok() { lab_failed=1; echo "not ok $lab_name: $1: $2"; }
skip() { echo "skip $lab_name: $1: $2"; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got [$2], want [$3]"; fi; }
is() { is_name=$1; shift; if "$@"; then ok "$is_name"; else not_ok "$is_name" "not so: $*"; fi; }
soon() { is_name=$1; shift; if wait_until "$@"; then ok "$is_name"; else not_ok "$is_name" "not within $1 s: $*"; fi; }

# What the daemons said is worth reading only when something failed.
finish() {
	! grep -q 'Sanitizer\|runtime error\|Assertion\|sandbox: system call ' $LAB/*/*.log 2>/dev/null || not_ok 'the program itself' 'see its log'
	[ $lab_failed = 0 ] || tail -n "${LAB_TAIL:-15}" $LAB/*/*.log 2>/dev/null
	exit $lab_failed
}

# Hundredths of a second since boot, without a process.
now_cs() {
	read -r now_up _ </proc/uptime
	now_cs=${now_up%.*}${now_up#*.}
}

wait_until() {
	now_cs
	wait_end=$((now_cs + $1 * 100 * ${LAB_SLOW:-1}))
	shift
	until "$@"; do
		now_cs
		[ "$now_cs" -lt $wait_end ] || return 1
		sleep 0.03
	done
}

# -r -w: in a chroot the root of a mount namespace would be the whole machine's
on() { on_pid=$(cat "$LAB/$1/init") || return; shift; nsenter -t "$on_pid" -n -m -p -u -r -w "$@"; }
net() { on_pid=$(cat "$LAB/$1/init") || return; shift; nsenter -t "$on_pid" -n "$@"; }

# The root of a host: memory, with the machine's directories bound read-only. Runs in the host's namespaces.
lab_root() {
	root=$LAB/$1/root
	mkdir "$root" && mount -t tmpfs -o size=64m,mode=755 "$1" "$root" || return
	cd "$root" || return
	mkdir proc sys run tmp var etc .etc
	chmod 1777 tmp
	for d in /*; do
		case $d in /proc|/sys|/run|/tmp|/var|/etc|/lost+found) continue ;; esac
		if [ -L "$d" ]; then
			cp -P "$d" .
		elif [ -d "$d" ]; then
			mkdir ".$d"
			mount --rbind "$d" ".$d" || continue
			[ "$d" = /dev ] || mount -o remount,bind,ro ".$d" 2>/dev/null
		fi
	done
	mount -t proc proc proc && mount -t sysfs sys sys 2>/dev/null
	mount --bind /etc .etc && mount -o remount,bind,ro .etc 2>/dev/null
	mkdir .local run/lab
	[ ! -d usr/local ] || { mount --bind /usr/local .local && mount -o remount,bind,ro .local && mount -t tmpfs -o mode=755 local usr/local; }
	mkdir -p var/log/nginx var/lib/nginx var/cache var/tmp
	ln -s /run var/run
	mount --rbind $LAB run/lab || return
	pivot_root . . && umount -l . && cd / || return
	ln -s /.etc/* etc
	ln -s /.local/* usr/local 2>/dev/null
	for d in bin sbin; do	# where tests put programs: not links to the machine's own
		rm -f usr/local/$d
		mkdir -p usr/local/$d
		ln -s /.local/$d/* usr/local/$d 2>/dev/null
	done
	rm -f etc/keepalived etc/nginx etc/vrrpd.conf
	mkdir etc/keepalived etc/nginx
}

host() {
	host_name=$1
	shift
	mkdir -p "$LAB/$host_name"
	# its first process only collects the dead
	# shellcheck disable=SC2016,SC2086
	unshare -n -m -p -u --propagation slave --kill-child ${LAB_SH:-sh} -c '
		. "$2" && hostname "$1" && lab_root "$1" && ip link set lo up && echo 1 >$LAB/"$1"/ready &&
		while :; do sleep 100000 & wait; done' "$0" "$host_name" "$LAB_LIB" 2>"$LAB/$host_name/host.log" &
	host_outer=$!
	wait_until 20 test -s "$LAB/$host_name/ready" || lab_cannot "no host: $(cat "$LAB/$host_name/host.log")"
	read -r host_init _ <"/proc/$host_outer/task/$host_outer/children"
	echo "$host_init" >"$LAB/$host_name/init"
	for host_if; do
		port "$host_name" "${host_if%%=*}" "${host_if#*=}"
	done
}

# An interface of a host: one end of a cable whose other end is a port of the LAN.
port() {
	ip link add "$1-$2" type veth peer name "$2" netns "$(cat "$LAB/$1/init")" || lab_cannot 'the kernel has no veth'
	ip link set "$1-$2" master lan up
	net "$1" ip link set "$2" up
	for port_addr in $(echo "${3:-}" | tr , ' '); do
		case $port_addr in
		*:*) net "$1" ip addr add "$port_addr" dev "$2" nodad ;;
		*) net "$1" ip addr add "$port_addr" dev "$2" ;;
		esac
	done
}

bg() {
	bg_dir=$LAB/$1 bg_job=$2 bg_host=$1
	shift 2
	rm -f "$bg_dir/$bg_job.pid"
	# shellcheck disable=SC2016
	on "$bg_host" sh -c 'echo $$ >"$0"; exec "$@"' "$bg_dir/$bg_job.pid" "$@" >>"$bg_dir/$bg_job.log" 2>&1 </dev/null &
	wait_until 10 test -s "$bg_dir/$bg_job.pid"
}

hit() {
	[ -s "$LAB/$1/$2.pid" ] || return
	hit_pid=$(cat "$LAB/$1/$2.pid")
	case $2.$3 in	# dead is what a router without power is: its helper would start it again
	vrrpd.KILL) on "$1" sh -c "kill -KILL -$hit_pid 2>/dev/null || kill -KILL $hit_pid" ;;
	*) on "$1" sh -c "kill -$3 $hit_pid" ;;
	esac
}
alive() { [ -s "$LAB/$1/$2.pid" ] && on "$1" test -e "/proc/$(cat "$LAB/$1/$2.pid")"; }
gone() { ! alive "$@"; }
end() { hit "$1" "$2" "${3:-TERM}" 2>/dev/null; wait_until 20 gone "$1" "$2"; }

log_count() { grep -cF -e "$2" "$LAB/$1/vrrpd.log"; }
logged() { grep -qF -e "$2" "$LAB/$1/vrrpd.log"; }
no_log() { ! logged "$@"; }
forget() { : >"$LAB/$1/vrrpd.log"; }

# In the background, as an init script would: it returns when it works.
start_vrrpd() {
	[ "${LAB_DAEMON:-}" != keepalived ] || { start_keepalived "$@"; return; }
	start_host=$1 start_file=$2
	shift 2
	rm -f "$LAB/$start_host/vrrpd.pid"
	on "$start_host" "$VRRPD" -l -G -f "$start_file" "$@" >>"$LAB/$start_host/vrrpd.log" 2>&1 </dev/null ||
		{ not_ok "vrrpd starts on $start_host" "exit code $?"; return 1; }
	on "$start_host" cat /run/vrrpd/vrrpd.pid >"$LAB/$start_host/vrrpd.pid"
}

# Its pid and dump files lie in the host's own /run and /tmp.
start_keepalived() {
	bg "$1" vrrpd keepalived -n -l -D -G -P -f "$2"
	wait_until 20 logged "$1" 'Startup complete'
}

conf() {
	conf_host=$1 conf_prio=$2
	shift 2
	{
		printf 'global_defs {\n\tvrrp_version 3\n}\n%s\n' "${CONF_TOP:-}"
		printf 'vrrp_instance VI_1 {\n\tinterface eth0\n\tvirtual_router_id 51\n\tpriority %s\n\tadvert_int 0.1\n' "$conf_prio"
		[ $# = 0 ] || printf '\t%s\n' "$@"
		printf '\tvirtual_ipaddress {\n\t\t%s/24\n\t}\n}\n' $VIP
	} >"$LAB/$conf_host.conf"
}

has_vip() { net "$1" ip -o addr show to "${2:-$VIP}" | grep -q .; }
no_vip() { ! has_vip "$@"; }

vrrp_master() {
	for vm_host; do
		! has_vip "$vm_host" || printf '%s ' "$vm_host"
	done
}

# Exactly this one of all.
sole_master() {
	sole_host=$1
	shift
	[ "$(vrrp_master "$sole_host" "$@")" = "$sole_host " ]
}

cable() {
	case $2 in
	out) ip link set "$1-${3:-eth0}" down ;;
	in) ip link set "$1-${3:-eth0}" up ;;
	esac
}

cut() {
	cut_from=$1 cut_to=$2
	shift 2
	nft add rule bridge lab forward "iifname $cut_from-* oifname $cut_to-* $* drop"
}

heal() { nft flush chain bridge lab forward; }

capture() {
	rm -f "$LAB/$1/tcpdump-$2.log"	# of the capture before, which was listening too
	bg "$1" "tcpdump-$2" tcpdump -U -n -s 1600 -B 8192 -i "$2" -w "$LAB/$1/$2.pcap" --immediate-mode -Z root
	wait_until 20 grep -q 'listening on' "$LAB/$1/tcpdump-$2.log"
}

frames() {
	frames_file=$LAB/$1/$2.pcap
	shift 2
	tcpdump -n -r "$frames_file" "$@" 2>/dev/null
}

# ---- the lab itself, once ----

if [ "$LAB_INSIDE" = 1 ]; then
	export LAB_INSIDE=2
	mount -t tmpfs lab /run || lab_cannot 'no permission to mount'
	mkdir -p $LAB/bin
	LAB_LIB=$LAB/bin/lib.sh
	cp "${LAB_SOURCE:-${0%/*}/lib.sh}" $LAB_LIB
	VRRPD=$LAB/bin/vrrpd
	lab_program=${OUT:-out/host}/vrrpbox
	if [ "${LAB_DAEMON:-}" != keepalived ]; then
		cp "$lab_program" $VRRPD 2>/dev/null || lab_cannot "there is no $lab_program: make"
	fi
	ip link set lo up
	ip link add lan type bridge mcast_snooping 0 forward_delay 0 || lab_cannot 'the kernel has no bridge'
	ip link set lan up
	nft add table bridge lab 2>/dev/null || lab_cannot 'no nftables for bridges'
	nft add chain bridge lab forward '{ type filter hook forward priority 0; }'
fi
