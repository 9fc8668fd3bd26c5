#!/bin/sh
# track-file.sh - track_file: whatever happens to the file, the priority follows; what cannot be watched is read every second.
# timeout: 120
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24

# LINE...: run VI_1 (priority 100) with those lines of track_file, in $LAB/f unless they name another
with() {
	CONF_TOP="track_file t {
	file ${FILE:-$LAB/f}
$(printf '\t%s\n' "$@")
}"
	conf r1 100 'track_file {
		t
	}'
}
run() {
	with "$@"
	[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
	forget r1
	start_vrrpd r1 $LAB/r1.conf
}
# what the state file says, which is written after the change
prio() { [ "$(on r1 sed -n 's/^PRIORITY=//p' /run/vrrpd/VI_1.state 2>/dev/null)" = "$1" ]; }
becomes() { soon "$1: priority $2" 10 prio "$2"; }
wire() { frames r1 eth0 -c 1 "vrrp and ip[22] == $1" | grep -q .; }

rm -f $LAB/f
run
becomes 'missing' 100
is 'missing: said' logged r1 "track_file(t): 0, $LAB/f: No such file or directory"
capture r1 eth0
echo 50 >$LAB/f
becomes 'created' 150
soon 'created: on the wire' 10 wire 150
printf '  -0x14  \n' >$LAB/f
becomes 'written, base 16, blanks' 80
echo 7 >$LAB/f.new
mv $LAB/f.new $LAB/f
becomes 'replaced by rename' 107
rm $LAB/f
becomes 'deleted' 100
ln -s real $LAB/link
mv $LAB/link $LAB/f
echo 9 >$LAB/real
soon 'a link that leads nowhere, and then somewhere: no watch on it' 10 logged r1 "track_file(t): 0, $LAB/f: No such file"
rm $LAB/f
ln -s real $LAB/f
becomes 'a link' 109
echo 11 >$LAB/real
becomes 'its target written' 111
echo 12 >$LAB/real2
ln -s real2 $LAB/link
mv $LAB/link $LAB/f
becomes 'the link replaced' 112
echo 13 >$LAB/real3
mv $LAB/real3 $LAB/real2
becomes "its target replaced" 113
rm $LAB/f
echo 20 >$LAB/f
becomes 'a file again' 120

# junk of all sorts is 0, and says why
junk() {
	forget r1
	# shellcheck disable=SC2059	# a format it is
	printf "$2" >$LAB/junk
	mv $LAB/junk $LAB/f
	becomes "$1" 100
	is "$1: said" logged r1 "track_file(t): 0, $LAB/f: $3"
	echo 20 >$LAB/f
	becomes "$1: over" 120
}
junk 'a word' 'many\n' 'no number in it'
junk 'a number with something behind it' '5km\n' 'no number in it'
junk 'empty' '' 'empty'
junk 'blanks' ' \n\n' 'empty'
junk 'bytes' '\377\001\002' 'no number in it'
junk 'a number too far behind' '%70s5' 'empty'
forget r1
head -c 30000000 /dev/zero >$LAB/junk
mv $LAB/junk $LAB/f
becomes 'huge' 100
rm $LAB/f
forget r1
mkfifo $LAB/f
soon 'a pipe: not opened' 10 logged r1 "track_file(t): 0, $LAB/f: not a regular file"
echo 20 >$LAB/junk; mv $LAB/junk $LAB/f
becomes 'no pipe any more' 120
rm $LAB/f
forget r1
mkdir $LAB/f
soon 'a directory' 10 logged r1 "track_file(t): 0, $LAB/f: not a regular file"
rmdir $LAB/f
echo 99999999999999999999 >$LAB/f
becomes 'far too large' 254
echo -253 >$LAB/f
becomes '-253 is no fault' 1
echo -254 >$LAB/f
soon '-254 is one' 10 logged r1 'Entering FAULT STATE: file tracker t is bad'
echo 5 >$LAB/f
becomes 'over' 105
soon 'over: MASTER' 10 has_vip r1

# many writes: the last one counts; an empty moment in between does not
forget r1
on r1 sh -c "i=0; while [ \$i -lt 2000 ]; do echo 5 >$LAB/f; i=\$((i + 1)); done; echo 6 >$LAB/f"
becomes 'written 2000 times' 106
is 'written 2000 times: never for empty' no_log r1 'empty'
on r1 sh -c "i=0; while [ \$i -lt 20000 ]; do : >$LAB/other\$((i % 7)); i=\$((i + 1)); done; echo 8 >$LAB/f"
becomes 'after much else in its directory' 108
same 'no descriptor is left' "$(on r1 sh -c 'ls -l /proc/$(cat /run/vrrpd/vrrpd.pid)/fd' | grep -c "$LAB/f")" 0

# events lost: looked at anyway
on r1 sh -c "kill -STOP \$(cat /run/vrrpd/vrrpd.pid); i=0; while [ \$i -lt 12000 ]; do : >$LAB/a; : >$LAB/b; i=\$((i + 1)); done
	echo 17 >$LAB/f; kill -CONT \$(cat /run/vrrpd/vrrpd.pid)"
becomes 'more events than the kernel keeps' 117

# reload: same file, other weight; then another file
with 'weight -2'
hit r1 vrrpd HUP
becomes 'reload, weight -2' 66
with 'weight 2 reverse'
hit r1 vrrpd HUP
becomes 'reload, reverse' 66
with 'weight 2'
hit r1 vrrpd HUP
becomes 'reload, weight 2' 134
is 'reload: no state changed' [ "$(log_count r1 'Entering')" = 0 ]
FILE=$LAB/g with 'init_file 30'
hit r1 vrrpd HUP
becomes 'reload, another file, made by init_file' 130
same 'init_file wrote it' "$(cat $LAB/g)" 30
echo 31 >$LAB/g
becomes 'init_file: then it is as any other' 131
echo 1 >$LAB/f
FILE=$LAB/g run 'init_file 30'
becomes 'init_file leaves what is there' 131
FILE=$LAB/g run 'init_file -7 overwrite'
becomes 'init_file overwrite' 93
echo precious >$LAB/target
ln -sf target $LAB/g
FILE=$LAB/g run 'init_file overwrite'
becomes 'init_file overwrite, a link' 100
same 'init_file overwrite, a link: its target stays' "$(cat $LAB/target)" precious

# weight 0: any number but 0 is a fault; from the first moment on
rm -f $LAB/f
run 'weight 0'
soon 'weight 0, missing: fine' 10 has_vip r1
echo 1 >$LAB/f
soon 'weight 0, 1: fault' 10 logged r1 'Entering FAULT STATE: file tracker t is bad'
is 'weight 0, 1: no address' no_vip r1
run 'weight 0'
soon 'weight 0, 1 at start: fault' 10 logged r1 'Entering FAULT STATE'
is 'weight 0, 1 at start: nothing else before it' [ "$(log_count r1 'Entering')" = 1 ]
echo 0 >$LAB/f
soon 'weight 0, 0: fine' 10 has_vip r1
run 'weight 0 reverse'
soon 'weight 0 reverse, 0: fault' 10 logged r1 'Entering FAULT STATE'
echo 3 >$LAB/f
soon 'weight 0 reverse, 3: fine' 10 has_vip r1

# a directory that is not there, comes, goes, and a link to one
FILE=$LAB/d/e/f run
becomes 'no directory' 100
mkdir -p $LAB/d/e
echo 21 >$LAB/d/e/f
becomes 'directory made' 121
mv $LAB/d/e $LAB/d/x
becomes 'directory renamed' 100
mkdir $LAB/d/e
echo 22 >$LAB/d/e/f
becomes 'another one of its name' 122
rm -r $LAB/d
becomes 'directory gone' 100
mkdir $LAB/one $LAB/two
echo 1 >$LAB/one/f
echo 2 >$LAB/two/f
ln -s one $LAB/cur
FILE=$LAB/cur/f run
becomes 'through a link' 101
ln -s two $LAB/cur2
mv -T $LAB/cur2 $LAB/cur
becomes 'the link leads elsewhere' 102
is 'through a link: said' logged r1 'a symbolic link leads to its directory, it is read every second'

# where nobody tells
FILE=/proc/sys/kernel/random/entropy_avail
FILE=/proc/sys/net/ipv4/ip_default_ttl run
becomes 'proc' 164
is 'proc: said' logged r1 'this file system tells of no changes, it is read every second'
net r1 sysctl -qw net.ipv4.ip_default_ttl=65
becomes 'proc, changed' 165
same 'proc: said once' "$(log_count r1 'it is read every second')" 1
unset FILE

# not readable for us
echo 40 >$LAB/f
chmod 0 $LAB/f
run
becomes 'root reads everything' 140
end r1 vrrpd
is 'stopped' no_vip r1
finish
