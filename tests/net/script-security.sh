#!/bin/sh
# script-security.sh - enable_script_security: what others could change is not run as root, and the reason says what to mend.
# timeout: 120
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24

D=$LAB/sec
mkdir -p $D/dir
printf '#!/bin/sh\nid -un >>%s\n' $D/ran >$D/dir/chk
chmod 755 $D $D/dir $D/dir/chk
: >$D/ran
chmod 666 $D/ran

# GLOBALS SCRIPT [LINE...]: write VI_1 with this check, a run each 100 ms
with() {
	with_global=$1 with_cmd=$2
	shift 2
	CONF_TOP="global_defs {
	$with_global
}
vrrp_script chk {
	script \"$with_cmd\"
	interval 0.1
$(printf '\t%s\n' "$@")
}"
	conf r1 150 'track_script {
		chk
	}' "${NOTIFY:-}"
}
run() {
	with "$@"
	[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
	forget r1
	start_vrrpd r1 $LAB/r1.conf
}
code() { on r1 "$VRRPD" -t -f $LAB/r1.conf >$LAB/t.out 2>&1; same "$1: -t" $? $2; }
told() { is "$1: -t says it" grep -qF "$2" $LAB/t.out; }
SEC='enable_script_security
	script_user root'

run "$SEC" $D/dir/chk
soon 'all is root'"'"'s: it runs' 10 has_vip r1
code 'all is root'"'"'s' 0

# NAME WRONG REASON RIGHT: a change that others could use, and back again without a reload
unsafe() {
	forget r1
	eval "$2"
	soon "$1: not run" 10 logged r1 "VRRP_Script(chk) is not run: $3; that counts as a failure"
	soon "$1: fault" 10 no_vip r1
	code "$1" 6
	told "$1" "security: script: $3; the check counts as failed until it can run"
	: >$D/ran
	eval "$4"
	soon "$1: mended" 10 has_vip r1
	soon "$1: mended, it runs" 10 test -s $D/ran
	is "$1: said once" [ "$(log_count r1 'is not run')" = 1 ]
}
unsafe 'file for all' 'chmod 777 $D/dir/chk' "$D/dir/chk: mode 0777, others can write to it" 'chmod 755 $D/dir/chk'
unsafe 'file of somebody' 'chown nobody $D/dir/chk' "$D/dir/chk belongs to user 65534, not to root" 'chown root $D/dir/chk'
unsafe 'directory for all' 'chmod 777 $D/dir' "$D/dir: mode 0777, others can write to it" 'chmod 1777 $D/dir'
unsafe 'directory further up' 'chmod 775 $D; chgrp nogroup $D' "$D: mode 0775, others can write to it" 'chgrp root $D'
chmod 755 $D $D/dir
forget r1
chmod 775 $D/dir/chk
chgrp 0 $D/dir/chk
: >$D/ran
soon 'root'"'"'s group may write: it runs' 10 test -s $D/ran
is 'root'"'"'s group may write: nothing said' no_log r1 'is not run'
chmod 755 $D/dir/chk

# links
run "$SEC" /bin/true
soon 'a link for a directory (/bin)' 10 has_vip r1
run "$SEC" true
soon 'a name in PATH' 10 has_vip r1
mkdir $D/other
cp $D/dir/chk $D/other/chk
ln -s ../other/chk $D/dir/link
ln -s $D/dir $D/short
run "$SEC" $D/short/link
soon 'links' 10 has_vip r1
unsafe 'where a link leads' 'chmod 777 $D/other' "$D/dir/../other: mode 0777, others can write to it" 'chmod 755 $D/other'
unsafe 'link of somebody' 'chown -h nobody $D/short' "$D/short belongs to user 65534, not to root" 'chown -h root $D/short'

# whoever is not root may run what he likes
chmod 777 $D/dir/chk
run 'enable_script_security' $D/dir/chk 'user nobody'
soon 'another user: it runs' 10 has_vip r1
code 'another user' 0
is 'another user: it is' grep -qx nobody $D/ran
run 'enable_script_security' $D/dir/chk
soon 'no user: not run' 10 logged r1 'VRRP_Script(chk) is not run: script security: no user is given, and there is no keepalived_script'
code 'no user' 6
run 'enable_script_security' $D/dir/chk 'user nosuchuser'
soon 'no such user: not run' 10 logged r1 'VRRP_Script(chk) is not run: no such user or group: nosuchuser'
is 'no such user: no address' no_vip r1
code 'no such user' 5
told 'no such user' 'warning: script: no such user or group: nosuchuser; the check counts as failed until it can run'

# not asked for: it runs, and is warned of
run 'script_user root' $D/dir/chk
soon 'without enable_script_security: it runs' 10 has_vip r1
is 'without it: warned' logged r1 "$D/dir/chk: mode 0777, others can write to it: that makes them root"
same 'without it: once' "$(log_count r1 'that makes them root')" 1
code 'without it' 6

# notify scripts the same
printf '#!/bin/sh\necho "$@" >>%s\n' $D/news >$D/dir/notify
chmod 777 $D/dir/notify
NOTIFY="notify $D/dir/notify"
run "$SEC" /bin/true
soon 'notify: not run' 10 logged r1 "(VI_1) cannot run notify script $D/dir/notify: $D/dir/notify: mode 0777, others can write to it"
is 'notify: it was not' [ ! -e $D/news ]
code 'notify' 6
told 'notify' 'nobody will be told until it can run'
chmod 755 $D/dir/notify
run "$SEC" /bin/true
soon 'notify: mended' 10 test -s $D/news
NOTIFY=

# our own checks need nobody
run 'enable_script_security' 'vrrp-check ! file /run/by-hand'
soon 'a check inside' 10 has_vip r1
code 'a check inside' 0
run "$SEC" "vrrp-check exec $D/dir/chk"
soon 'a program of a check inside' 10 logged r1 "VRRP_Script(chk) is not run: $D/dir/chk: mode 0777, others can write to it"
code 'a program of a check inside' 6
end r1 vrrpd
finish
