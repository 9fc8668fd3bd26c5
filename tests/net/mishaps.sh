#!/bin/sh
# mishaps.sh - what people do by mistake: start it without standard files, rename what carries an address, give an address to
# another instance, write over the file, name what hangs. Nothing that was right before stops for that, and the log is true.
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24 eth1=10.8.0.1/24
file=$LAB/r1.conf
router() {	# NAME VRID ADDRESS...
	printf 'vrrp_instance %s {\ninterface eth0\nvirtual_router_id %s\nversion 3\nadvert_int 0.1\nvirtual_ipaddress {\n' $1 $2
	shift 2
	printf '%s\n' "$@" '}' '}'
}
asked() { grep -c 'reloaded\|refused' $LAB/r1/vrrpd.log; }
more_than() { [ "$(asked)" -gt $had ]; }
reloads() {
	forget r1
	had=$(asked)
	hit r1 vrrpd HUP
	wait_until 20 more_than || not_ok "$1" 'no reload within 20 s'
}
# shellcheck disable=SC2120 # one is named by eval alone
addresses() { net r1 ip -4 -o addr show dev ${1:-eth0} | awk '{ print $4 }' | sort | tr '\n' ' '; }
has() { [ "$(addresses)" = "$1" ]; }

# whoever starts it has closed them: the pid file is the first file that is opened
conf r1 150
for closed in '<&-' '2>&-' '<&- >&- 2>&-'; do
	on r1 sh -c "exec $closed; exec $VRRPD -l -f $file" >>$LAB/r1/vrrpd.log 2>&1
	soon "started with $closed: MASTER" 20 has_vip r1
	same "started with $closed: the pid file" "$(on r1 cat /run/vrrpd/vrrpd.pid)" "$(on r1 pidof vrrpd)"
	on r1 timeout 20 $VRRPD -n -l -f $file >$LAB/second 2>&1 </dev/null
	same "started with $closed: a second one" $? 1
	on r1 pidof vrrpd >$LAB/r1/vrrpd.pid
	end r1 vrrpd
done

# a device that has addresses of the same instance gets another name
{
	printf 'static_ipaddress {\n10.9.0.50/24 dev eth0\n10.8.0.50/24 dev eth1\n}\n'
	router A 1 10.9.0.101/24 '10.8.0.101/24 dev eth1 no_track'
} >$file
start_vrrpd r1 $file
soon 'MASTER' 20 has '10.9.0.1/24 10.9.0.101/24 10.9.0.50/24 '
forget r1
net r1 ip link set eth1 down
net r1 ip link set eth1 name lan7
soon 'another device is renamed: its address goes' 20 eval '[ "$(addresses lan7)" = "10.8.0.1/24 " ]'
same 'another device is renamed: the others stay' "$(addresses)" '10.9.0.1/24 10.9.0.101/24 10.9.0.50/24 '
is 'another device is renamed: nobody took them' no_log r1 'by somebody else'
net r1 ip link set lan7 name eth1
net r1 ip link set eth1 up
soon 'it has its name again: its addresses are back' 20 eval '[ "$(addresses eth1)" = "10.8.0.1/24 10.8.0.101/24 10.8.0.50/24 " ]'

# addresses change places
{ router A 1 10.9.0.101 10.9.0.102; router B 2 10.9.0.103 10.9.0.104; } >$file
reloads 'two instances'
all='10.9.0.1/24 10.9.0.101/32 10.9.0.102/32 10.9.0.103/32 10.9.0.104/32 '
soon 'two instances' 20 has "$all"
{ router A 1 10.9.0.104 10.9.0.102; router B 2 10.9.0.103 10.9.0.101; } >$file
reloads 'addresses change places'
soon 'addresses change places: all are there' 20 has "$all"
is 'addresses change places: by nobody else' no_log r1 'by somebody else'

# the machine's own address: it shall not be cut off
{ router A 1 10.9.0.102 10.9.0.1/24; router B 2 10.9.0.103 10.9.0.104; } >$file
reloads 'its own address too'
{ router A 1 10.9.0.102; router B 2 10.9.0.103 10.9.0.104; } >$file
reloads 'and no more'
soon 'its own address was shared for a while: it stays' 20 has '10.9.0.1/24 10.9.0.102/32 10.9.0.103/32 10.9.0.104/32 '
end r1 vrrpd
router A 1 10.9.0.1/24 >$file
start_vrrpd r1 $file
soon 'its own address alone: FAULT' 20 logged r1 'Entering FAULT STATE (init): interface eth0 has no usable source address'
is 'its own address alone: it stays' has '10.9.0.1/24 '
is 'its own address alone: said' logged r1 '(A) 10.9.0.1 is the own address of eth0 and stays'
end r1 vrrpd
is 'its own address alone: a stop leaves it' has '10.9.0.1/24 '
{ router A 1 10.9.0.101 10.9.0.102; router B 2 10.9.0.103 10.9.0.104; } >$file
start_vrrpd r1 $file
soon 'two instances again' 20 has "$all"

# the file is not what it was
echo '<html><body>404 Not Found</body></html>' >$file
reloads 'another file'
is 'another file: refused' logged r1 'reload refused: warnings, and no instance is left'
same 'another file: the addresses stay' "$(addresses)" "$all"
for word in reload_file reload_check_config; do
	mkfifo $LAB/$word
	{ printf 'global_defs {\n%s %s\n}\n' $word $LAB/$word; router A 1 10.9.0.102; echo nonsense; } >$file
	reloads "$word"
	soon "$word is a FIFO that nobody reads: it goes on" 20 eval 'hit r1 vrrpd HUP && has_vip r1 10.9.0.102 && sleep 0.3 && [ "$(asked)" -ge 2 ]'
done
: >$file
reloads 'an empty file'
soon 'an empty file: that is meant' 20 has '10.9.0.1/24 '

# a script of DOS
printf '#!/bin/sh\r\nexit 0\r\n' >$LAB/dos.sh
chmod +x $LAB/dos.sh
{ printf 'vrrp_script dos {\nscript %s\n}\n' $LAB/dos.sh; router A 1 10.9.0.101; } | sed 's/advert_int/track_script {\ndos\n}\n&/' >$file
reloads 'a script of DOS'
soon 'a script with DOS line ends: why it cannot run' 20 logged r1 'its interpreter is missing (first line)'

# who is removed while in FAULT, with news of it unsent, has nothing to do with the new file's trackers
mails() { printf 'global_defs {\nsmtp_server 127.0.0.1\nnotification_email {\na@b.c\n}\nsmtp_alert\n}\n'; }
{ mails; printf 'vrrp_script dos {\nscript %s\n}\n' $LAB/dos.sh; router A 1 10.9.0.101; } | sed 's/advert_int/track_script {\ndos\n}\n&/' >$file
end r1 vrrpd
start_vrrpd r1 $file
soon 'a server that is away: FAULT' 20 logged r1 'no mail by 127.0.0.1'
{ mails; router B 2 10.9.0.102; } >$file
reloads 'removed while in FAULT'
soon 'removed while in FAULT: the next one works' 20 has '10.9.0.1/24 10.9.0.102/32 '
end r1 vrrpd
finish
