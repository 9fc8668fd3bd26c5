#!/bin/sh
# nth.sh - the N-th system call of a kind fails, each N until a life of vrrpd passes untouched; see nth.py and nth.c.
# timeout: 300
# shellcheck disable=SC2086	# words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
for tool in cc python3; do
	command -v $tool >/dev/null || lab_cannot "the command $tool is missing"
done
[ -x "${SAN:=out/san}/vrrpbox" ] || lab_cannot "there is no $SAN/vrrpbox: make san"
cc -shared -fPIC -O1 -o $LAB/nth.so "${0%/*}/nth.c" -ldl 2>$LAB/cc.log || lab_cannot "cannot compile nth.c: $(tail -n 1 $LAB/cc.log)"
mkdir $LAB/bin/san
cp "$SAN/vrrpbox" $LAB/bin/san/vrrpd
cp "${0%/*}/nth.py" "${0%/*}/inject.py" $LAB/bin/

# Hosts that do not hear each other, each with some of the kinds (KIND:ERROR[:HOW MANY IN A ROW]); to the first one somebody speaks.
# NTH_KINDS='SEND:ENOBUFS READ:EIO:9' makes it one host and these; NTH_LINES=N shows more of a failed life's log.
vrid=51
set -- \
	'RECVMMSG:ENOBUFS SOCKET:EMFILE RECV:ENOBUFS' \
	'SETSOCKOPT:ENOBUFS BIND:EADDRINUSE WRITE:OWN' \
	'SENDMMSG:ENOBUFS SEND:ENOBUFS ACK:OWN SEND:ENOBUFS:4 SEND:ENOBUFS:30 SENDMMSG:ENETDOWN:40' \
	'OPEN:EMFILE OPEN:EMFILE:8 WRITE:ENOSPC WRITE:ENOSPC:9 SOCKET:EMFILE:5' \
	'OPEN:ENOSPC NAME:ENOSPC SEEK:EIO MMAP:ENOMEM MMAP:ENOMEM:4' \
	'READ:EIO READ:EIO:20 FORK:EAGAIN EXEC:EACCES FORK:EAGAIN:9' \
	'EPOLL:ENOMEM WAIT:EINTR WAIT:EINTR:9 PIPE:EMFILE PIPE:EMFILE:7 WATCH:ENOSPC' \
	'STAT:EACCES STAT:EACCES:9 ACCEPT:EMFILE RECV:ENOBUFS:4' \
	'PRIV:EPERM'
host x eth0=10.9.51.77/24
for kinds; do
	host r$vrid eth0=10.9.$vrid.1/24
	if [ $vrid != 51 ]; then
		nft add rule bridge lab forward "iifname r$vrid-* drop"
		nft add rule bridge lab forward "oifname r$vrid-* drop"
	fi
	[ $vrid != 51 ] || bg x inject python3 $LAB/bin/inject.py --src 10.9.51.77 --prio 50 --vip 10.9.51.100 --count 100000 --gap 0.05 eth0 good
	[ -z "${NTH_KINDS:-}" ] || kinds=$NTH_KINDS
	on r$vrid python3 $LAB/bin/nth.py $LAB/bin/san/vrrpd $LAB/nth.so /run/nth $vrid $kinds >$LAB/nth.$vrid 2>&1 &
	vrid=$((vrid + 1))
	[ -z "${NTH_KINDS:-}" ] || break
done
while [ $vrid -gt 51 ]; do
	vrid=$((vrid - 1))
	wait_until 280 grep -qs '^done' $LAB/nth.$vrid || not_ok "$vrid" 'not done'
	cat $LAB/nth.$vrid
	! grep -q '^not ok' $LAB/nth.$vrid || not_ok "r$vrid" 'see above'
done
finish
