#!/bin/sh
# inits.sh - the init scripts of board/ start, reload and stop the daemon for real: Buildroot's under busybox, LSB's, busybox's inittab
# as process 1, runit's run file, Alpine's under OpenRC (Debian's package, unpacked: installed it would be the machine's own init).
# shellcheck disable=SC2016,SC2154
# timeout: 100
board=$(cd "$(dirname "$0")/../.." && pwd)/board
openrc=${O:-$board/../out}/deps/openrc
[ -n "${LAB_INSIDE:-}" ] || "$board/fetch.sh" bookworm "$(dpkg --print-architecture 2>/dev/null)" "$openrc" openrc librc1 libeinfo1 >/dev/null 2>&1
. "$(dirname "$0")/lib.sh"

host r1 eth0=10.0.0.1/24
ln -s vrrpd $LAB/bin/vrrp-state
bin=$LAB/r1/bin
mkdir "$bin"
ln -s "$VRRPD" "$bin/vrrpd"
put() { sed "s#/usr/sbin/#$bin/#g" "$board/$1" >"$bin/$2" && chmod 755 "$bin/$2"; }
conf r1 150
on r1 cp $LAB/r1.conf /etc/vrrpd.conf
run() { on r1 env PATH="$bin:$PATH" "$@" >"$LAB/r1/out" 2>&1 </dev/null; }
code() { run "$@"; echo $?; }
master() { [ "$(on r1 $LAB/bin/vrrp-state VI_1 2>/dev/null)" = MASTER ]; }
pid_of() { on r1 cat "/var/run/$1" 2>/dev/null; }
nobody() { ! on r1 pgrep -x vrrpd >/dev/null; }
reloaded() { on r1 $LAB/bin/vrrp-state why VI_1 | grep -q "$1"; }

if command -v busybox >/dev/null; then
	put buildroot/package/vrrpbox/S60vrrpd S60vrrpd
	for a in start-stop-daemon sleep; do on r1 ln -s "$(command -v busybox)" "$bin/$a"; done
	same 'Buildroot: start' "$(code busybox ash "$bin/S60vrrpd" start) $(cat "$LAB/r1/out")" '0 Starting vrrpd: OK'
	soon 'Buildroot: it works' 10 master
	first=$(pid_of vrrpd.pid)
	same 'Buildroot: reload' "$(code busybox ash "$bin/S60vrrpd" reload) $(cat "$LAB/r1/out")" '0 Reloading vrrpd: OK'
	same 'Buildroot: restart' "$(code busybox ash "$bin/S60vrrpd" restart | tail -n 1)" 0
	soon 'Buildroot: it works again' 10 master
	is 'Buildroot: as another process' test "$first" != "$(pid_of vrrpd.pid)"
	same 'Buildroot: stop' "$(code busybox ash "$bin/S60vrrpd" stop) $(cat "$LAB/r1/out")" '0 Stopping vrrpd: OK'
	is 'Buildroot: the process and its address are gone' nobody
	is 'Buildroot: no address' no_vip r1
	same 'Buildroot: stop of what does not run fails' "$(code busybox ash "$bin/S60vrrpd" stop)" 1
	same 'Buildroot: misuse' "$(code busybox ash "$bin/S60vrrpd" flood)" 1
	on r1 rm "$bin/start-stop-daemon" "$bin/sleep"
else
	skip 'Buildroot, inittab' 'no busybox'
fi

put init/vrrpd.lsb vrrpd.lsb
lsb() { code env DAEMON="$bin/vrrpd" sh "$bin/vrrpd.lsb" "$@"; }
same 'LSB: status before' "$(lsb status)" 3
same 'LSB: start' "$(lsb start)" 0
soon 'LSB: it works' 10 master
same 'LSB: status' "$(lsb status)" 0
first=$(pid_of vrrpd.pid)
same 'LSB: start again is fine' "$(lsb start) $(pid_of vrrpd.pid)" "0 $first"
on r1 sed -i 's/priority 150/priority 151/' /etc/vrrpd.conf
same 'LSB: reload' "$(lsb reload)" 0
soon 'LSB: with the new file' 10 reloaded 151
same 'LSB: force-reload' "$(lsb force-reload)" 0
same 'LSB: restart' "$(lsb restart)" 0
soon 'LSB: it works again' 10 master
on r1 kill -9 -- "-$(pid_of vrrpd.pid)"	# with its helper, which would start it again
soon 'LSB: dead' 10 nobody
same 'LSB: status of a dead one' "$(lsb status)" 1
same 'LSB: reload of a dead one' "$(lsb reload)" 7
same 'LSB: try-restart of a dead one does nothing' "$(lsb try-restart) $(on r1 pgrep -x vrrpd)" '0 '
same 'LSB: it starts over what was left' "$(lsb start)" 0
soon 'LSB: and works' 10 master
same 'LSB: stop' "$(lsb stop)" 0
is 'LSB: gone' nobody
same 'LSB: stop again is fine' "$(lsb stop)" 0
same 'LSB: misuse' "$(lsb flood)" 2
on r1 mv /etc/vrrpd.conf /etc/vrrpd.kept
same 'LSB: no configuration' "$(lsb start)" 6
on r1 mv /etc/vrrpd.kept /etc/vrrpd.conf

if command -v busybox >/dev/null; then
	put init/inittab inittab
	on r1 cp "$bin/inittab" /etc/inittab
	bg r1 init unshare -p -f --kill-child --mount-proc busybox init
	soon 'inittab: init starts it' 20 master
	first=$(on r1 pgrep -o -x vrrpd)
	on r1 kill -9 "$first"
	another() { now=$(on r1 pgrep -o -x vrrpd) && [ "$now" != "$first" ]; }
	soon 'inittab: and again when it dies' 20 another
	soon 'inittab: it works again' 20 master
	end r1 init KILL
	soon 'inittab: nothing is left' 10 nobody
fi

if command -v runsv >/dev/null; then
	on r1 mkdir -p /tmp/sv/vrrpd
	put init/runit.run run
	on r1 cp "$bin/run" /tmp/sv/vrrpd/run
	bg r1 runsv runsv /tmp/sv/vrrpd
	soon 'runit: it works' 20 master
	run sv -w 5 hup /tmp/sv/vrrpd
	is 'runit: up after hup' run sv check /tmp/sv/vrrpd
	is 'runit: down' run sv -w 5 down /tmp/sv/vrrpd
	is 'runit: gone' nobody
	end r1 runsv
else
	skip runit 'no runsv on this machine'
fi

# OpenRC looks for itself in /lib/rc: a /usr of the host's own has it.
openrc_ready() {
	[ -e "$openrc/.libeinfo1" ] || { why="no package openrc to be had"; return 1; }
	[ -L /lib ] && mkdir $LAB/usr && cp -a "$openrc/sbin" "$openrc/bin" "$openrc/lib" $LAB/usr/ &&
		on r1 mount -t overlay -o "lowerdir=$LAB/usr:/usr" usr /usr || { why='no second /usr'; return 1; }
	on r1 sh -c 'cd /run && mkdir -p openrc && cd openrc && mkdir daemons exclusive failed hotplugged inactive options scheduled started starting \
		stopping wasinactive && : >softlevel && cd /etc && rm -rf init.d conf.d runlevels rc.conf insserv* && mkdir -p init.d conf.d \
		runlevels/default insserv.conf.d insserv/overrides rc.d && : >insserv.conf'
	printf '%s\n' '#!/sbin/openrc-run' 'depend() { provide net; }' 'start() { :; }' | on r1 sh -c 'cat >/etc/init.d/wire; chmod 755 /etc/init.d/wire'
	put alpine/vrrpd.initd vrrpd.openrc
	on r1 cp "$bin/vrrpd.openrc" /etc/init.d/vrrpd
	on r1 cp "$board/alpine/vrrpd.confd" /etc/conf.d/vrrpd
}
rc() { code /etc/init.d/vrrpd "$@"; }
if openrc_ready 2>/dev/null; then
	same 'OpenRC: status before' "$(rc status)" 3
	same 'OpenRC: start' "$(rc start)" 0
	soon 'OpenRC: it works' 10 master
	same 'OpenRC: status' "$(rc status)" 0
	same 'OpenRC: the network was wanted before' "$(code /etc/init.d/wire status)" 0
	first=$(pid_of vrrpd.pid)
	same 'OpenRC: start again is fine' "$(rc start) $(pid_of vrrpd.pid)" "0 $first"
	same 'OpenRC: checkconfig' "$(rc checkconfig)" 0
	on r1 sed -i 's/priority 15[01]/priority 152/' /etc/vrrpd.conf
	same 'OpenRC: reload' "$(rc reload)" 0
	soon 'OpenRC: with the new file' 10 reloaded 152
	on r1 cp /etc/vrrpd.conf /etc/vrrpd.kept
	on r1 sed -i 's/virtual_router_id.*/virtual_router_id 256/' /etc/vrrpd.conf
	same 'OpenRC: reload of an unusable file' "$(rc reload) $(pid_of vrrpd.pid)" "1 $first"
	same 'OpenRC: restart with it changes nothing' "$(rc restart) $(on r1 pgrep -o -x vrrpd)" "1 $first"
	on r1 mv /etc/vrrpd.kept /etc/vrrpd.conf
	same 'OpenRC: restart' "$(rc restart)" 0
	soon 'OpenRC: it works again' 10 master
	is 'OpenRC: as another process' test "$first" != "$(pid_of vrrpd.pid)"
	on r1 kill -9 "$(pid_of vrrpd.pid)"
	soon 'OpenRC: dead' 10 nobody
	same 'OpenRC: it starts over what was left' "$(rc zap) $(rc start)" '0 0'
	soon 'OpenRC: and works' 10 master
	same 'OpenRC: stop' "$(rc stop)" 0
	is 'OpenRC: gone' nobody
	is 'OpenRC: no address' no_vip r1
	on r1 sh -c 'mkdir -p /etc/keepalived; mv /etc/vrrpd.conf /etc/keepalived/keepalived.conf'
	same "OpenRC: with keepalived's file" "$(rc start)" 0
	soon "OpenRC: works with keepalived's file" 10 master
	same "OpenRC: stop with keepalived's file" "$(rc stop)" 0
	on r1 rm /etc/keepalived/keepalived.conf
	same 'OpenRC: no configuration' "$(rc start)" 1
else
	skip OpenRC "$why"
fi
finish
