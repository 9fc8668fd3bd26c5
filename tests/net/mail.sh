#!/bin/sh
# mail.sh - smtp_alert: the mails that keepalived sends, word by word beside it; servers that are away, slow, mute or hostile; the
# adverts go on.
# timeout: 120
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'
cp tests/net/mail.py $LAB/mail.py

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
box=$LAB/r1/mail.log
mail() { [ ! -s $LAB/r1/mail.pid ] || end r1 mail KILL; rm -f $box; bg r1 mail python3 $LAB/mail.py 2525 "$1"; wait_until 20 grep -q listening $box; }
subjects() { sed -n 's/^Subject: //p' $box | tr '\n' '|'; }
mails() { [ "$(grep -cx 'QUIT' $box)" -ge "$1" ]; }
cut_five() { tr '|' '\n' | head -n 5; }	# keepalived tells a stop when there is time
words='router_id "a router"
	notification_email {
		one@example.com unknown@example.com
		<three@example.com>
	}
	notification_email_from "Watch Dog <dog@example.com>"
	smtp_server 127.0.0.1 2525
	smtp_helo_name here.example.com
	smtp_connect_timeout 2'
go() {
	[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
	forget r1
	CONF_TOP="global_defs {
	${GLOBAL:-$words}
}"
	conf r1 150 'smtp_alert' "$@"
	start_vrrpd r1 $LAB/r1.conf
}
: >$LAB/r1/vrrpd.log

mail good
go
soon 'two mails' 20 mails 2
soon 'MASTER' 10 has_vip r1
cable r1 out
soon 'three' 20 mails 3
cable r1 in
soon 'five' 20 mails 5
end r1 vrrpd
same 'subjects' "$(subjects)" '[a router] VRRP Instance VI_1 - Entering BACKUP state|[a router] VRRP Instance VI_1 - Entering MASTER state|[a router] VRRP Instance VI_1 - Entering FAULT state|[a router] VRRP Instance VI_1 - Entering BACKUP state|[a router] VRRP Instance VI_1 - Entering MASTER state|[a router] VRRP Instance VI_1 - Stopping|'
same 'dialogue: one recipient is not known, the others get it' "$(sed -n '2,7p' $box | tr '\n' '|')" \
	'HELO here.example.com|MAIL FROM:<dog@example.com>|RCPT TO:<one@example.com>|RCPT TO:<unknown@example.com>|RCPT TO:<three@example.com>|DATA|'
is 'header: X-Mailer' grep -qx 'X-Mailer: Keepalived' $box
is 'header: From' grep -qx 'From: Watch Dog <dog@example.com>' $box
is 'header: To' grep -qx 'To: one@example.com,' $box
is 'header: Date' grep -Eqx 'Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] [A-Z][a-z][a-z] [0-9]{4} [0-9:]{8} \+0000' $box
same 'the date is right' "$(sed -n 's/^Date: //p' $box | head -n 1 | sed "s/ [0-9:]* +0000$//")" "$(date -u '+%a, %d %b %Y')"
is 'text: why' grep -q '^(VI_1) is MASTER: silence for' $box

if command -v keepalived >/dev/null; then
	subjects >$LAB/ours
	# one recipient that is refused costs keepalived the others
	mail good
	CONF_TOP="global_defs {
	$(echo "$words" | sed 's/ unknown@example.com//')
}"
	conf r1 150 'smtp_alert'
	start_keepalived r1 $LAB/r1.conf
	soon 'keepalived: MASTER' 20 has_vip r1
	wait_until 10 mails 2
	cable r1 out
	wait_until 10 mails 3
	cable r1 in
	wait_until 10 mails 5
	end r1 vrrpd
	wait_until 3 mails 6
	same 'the same subjects as keepalived' "$(subjects | cut_five)" "$(cut_five <$LAB/ours)"
else
	skip 'the same subjects as keepalived' 'keepalived is not installed'
fi

# a group says it once, for its members that say nothing
mail good
{
	sed '$d' $LAB/r1.conf | sed '/smtp_alert/d'
	printf '}\nvrrp_instance VI_2 {\n\tinterface eth0\n\tvirtual_router_id 52\n\tpriority 150\n\tadvert_int 0.1\n\tvirtual_ipaddress {\n\t\t10.9.0.52/24\n\t}\n}\n'
	printf 'vrrp_sync_group pair {\n\tgroup {\n\t\tVI_1\n\t\tVI_2\n\t}\n\tsmtp_alert\n}\n'
} >$LAB/r1.group
forget r1
start_vrrpd r1 $LAB/r1.group
soon 'group: two mails' 20 mails 2
end r1 vrrpd
same 'group: subjects' "$(subjects)" '[a router] VRRP Group pair - Entering BACKUP state|[a router] VRRP Group pair - Entering MASTER state|[a router] VRRP Group pair - Stopping|'

# globals and instances
GLOBAL="$words
	smtp_alert_vrrp
	smtp_alert off
	no_email_faults" go 'smtp_alert off' 2>/dev/null
mail good
sleep 0.6
same 'smtp_alert off: none' "$(subjects)" ''
GLOBAL="$words
	smtp_alert_vrrp
	no_email_faults" go
soon 'no_email_faults: two' 20 mails 2
cable r1 out
soon 'FAULT' 10 logged r1 'Entering FAULT STATE'
cable r1 in
soon 'MASTER once more' 20 eval '[ "$(log_count r1 "Entering MASTER")" = 2 ]'
soon 'no_email_faults: its change is left out' 20 eval 'subjects | grep -q "BACKUP.*MASTER.*MASTER" || mails 4'
same 'no_email_faults: none of FAULT' "$(grep -c 'FAULT state' $box)" 0

# servers as they are; VI_1 is at 10 adverts a second all the while
for kind in slow refusing busy mute endless junk none; do
	if [ $kind = none ]; then end r1 mail KILL; else mail $kind; fi
	go 'notify_priority_changes'
	soon "$kind: MASTER" 20 has_vip r1
	case $kind in
	slow) soon 'slow: it gets there' 20 mails 2 ;;
	refusing) soon 'refusing: said' 10 logged r1 '(VI_1) no mail: MAIL was answered with 550' ;;
	busy) soon 'busy: said' 10 logged r1 'no mail by 127.0.0.1 port 2525: MAIL was answered with 421; tried again each minute' ;;
	mute) soon 'mute: said' 10 logged r1 'no mail by 127.0.0.1 port 2525: no answer in time' ;;
	endless) soon 'endless: said' 10 logged r1 'greeting: no answer that a mail server gives' ;;
	junk) soon 'junk: said' 10 logged r1 'greeting: no answer that a mail server gives' ;;
	none) soon 'none: said' 10 logged r1 'Connection refused; tried again each minute' ;;
	esac
	[ $kind = slow ] || [ $kind = refusing ] || same "$kind: in one line" "$(log_count r1 'no mail by')" 1
	late=$(on r1 $LAB/bin/vrrp-state -m 2>/dev/null | sed -n 's/^vrrp_late_adverts_total{.*} //p')
	same "$kind: no late advert" "${late:-0}" 0
	now_cs
	began=$now_cs
	end r1 vrrpd
	now_cs
	is "$kind: the end is below a second ($((now_cs - began)) cs)" [ $((now_cs - began)) -lt 115 ]
done

# a reload while it waits: at once to another server
mail good
sed 's/127.0.0.1 2525/127.0.0.1 2526/' $LAB/r1.conf >$LAB/r1.wrong
forget r1
start_vrrpd r1 $LAB/r1.wrong
soon 'another port: refused' 10 logged r1 'Connection refused'
soon 'another port: MASTER' 20 has_vip r1
on r1 sh -c "sed 's/2526/2525/' $LAB/r1.wrong >/tmp/x; cat /tmp/x >$LAB/r1.wrong"
hit r1 vrrpd HUP
soon 'after a reload it is told' 10 mails 1
same 'the latest state alone' "$(subjects)" '[a router] VRRP Instance VI_1 - Entering MASTER state|'
finish
