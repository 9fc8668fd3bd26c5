#!/bin/sh
# starter.sh - vrrpd --init: what it prints is a configuration that -t likes, for both machines; nonsense is refused with its reason.
set -u
box=$(realpath "${VRRPBOX:-out/host/vrrpbox}") || exit 77
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT

init() { "$box" vrrpd --init --dev eth7 "$@" </dev/null >"$T/out" 2>"$T/err"; }
good() {
	name=$1
	shift
	for node in local peer; do
		if init "$@" --node $node && "$box" vrrpd -t -f "$T/out" >"$T/said" 2>&1; then
			echo "ok starter: $name: $node"
		else
			echo "not ok starter: $name: $node: $(cat "$T/err" "$T/said")"
		fi
	done
}
has() { if grep -qE -e "$2" "$T/out"; then echo "ok starter: $1"; else echo "not ok starter: $1: no [$2]"; fi; }
# NAME STATUS TEXT OPTION...
bad() {
	name=$1 want=$2 text=$3
	shift 3
	init "$@"
	got=$?
	if [ $got = "$want" ] && grep -qF -e "$text" "$T/err" && [ ! -s "$T/out" ]; then
		echo "ok starter: refused: $name"
	else
		echo "not ok starter: refused: $name: status $got, said $(tail -n 1 "$T/err"), printed $(wc -c <"$T/out") bytes"
	fi
}

two='--local 192.0.2.1/24 --peer 192.0.2.2'
# shellcheck disable=SC2086 # options are words
{
good 'the least' $two --vip 192.0.2.10 --service -
has 'the network of the machine is that of the address' '192\.0\.2\.10/24'
has 'the number comes from the address' 'virtual_router_id 10'
has 'the other one has the lower priority' 'priority 120'
good 'a process' $two --vip 192.0.2.10/32 --service nginx --vrid 77
has 'a prefix of its own' '192\.0\.2\.10/32'
has 'a number of its own' 'virtual_router_id 77'
has 'its check' 'track_check service "process nginx" weight -50'
good 'a path' $two --vip 192.0.2.10 --service /usr/sbin/nginx
good 'a port' $two --vip 192.0.2.10 --service 127.0.0.1:80
has 'its check' '"tcp 127\.0\.0\.1:80"'
good 'a page' $two --vip 192.0.2.10 --service http://127.0.0.1:8080/health
has 'its check' '"http http://127'
good 'unicast' $two --vip 192.0.2.10 --service - --unicast
has 'its peer' '^		192\.0\.2\.1$'
good 'IPv6' --local fe80::1/64 --peer fe80::2 --vip fe80::10 --service -
good 'an address that ends in 0' --local 10.0.1.1/16 --peer 10.0.1.2 --vip 10.0.2.0 --service -
has 'has number 51' 'virtual_router_id 51'

init $two --vip 192.0.2.10 --service -
has 'both together' 'the other file begins'
bad 'the same machine twice' 1 'same address' --local 192.0.2.1/24 --peer 192.0.2.1 --vip 192.0.2.10 --service -
bad "a machine's own address" 1 'neither machine' $two --vip 192.0.2.2 --service -
bad 'an address of another network' 1 'not in this machine' $two --vip 198.51.100.1 --service -
bad 'a peer of another network' 1 'within one network' --local 192.0.2.1/24 --peer 198.51.100.2 --vip 192.0.2.10 --service -
bad 'two families' 1 'all be IPv4' $two --vip fe80::1 --service -
bad 'multicast' 1 "cannot be a machine's" $two --vip 224.0.0.18 --service -
bad 'no address' 1 'expected the address that moves' $two --vip banana --service -
bad 'a prefix too long' 1 'expected the address that moves' $two --vip 192.0.2.10/33 --service -
bad 'no prefix' 1 'prefix length' --local 192.0.2.1 --peer 192.0.2.2 --vip 192.0.2.10 --service -
bad 'no peer' 1 '--peer' --local 192.0.2.1/24
bad 'a name in a page' 1 'resolver' $two --vip 192.0.2.10 --service http://example.org/
bad 'a service of several words' 1 'one word' $two --vip 192.0.2.10 --service 'nginx; rm -rf'
long=$(printf 'a%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
long=$long$long$long$long$long$long$long$long$long
good 'a long page' $two --vip 192.0.2.10 --service "http://127.0.0.1/$long"
has 'whole, to the last brace' '^}$'
bad 'a service that would be cut off' 1 'longer than 200' $two --vip 192.0.2.10 --service "/$long$long"
bad 'a number too large' 1 '1 to 255' $two --vip 192.0.2.10 --service - --vrid 256
bad 'an unknown option' 2 'unknown option' --colour
bad 'an odd node' 2 'local or peer' $two --vip 192.0.2.10 --service - --node left
bad 'a word' 2 'unexpected word' eth0
}
"$box" vrrpd --init --local 203.0.113.77/24 --peer 203.0.113.78 --vip 203.0.113.79 --service - </dev/null >"$T/out" 2>"$T/err"
if [ $? = 1 ] && grep -q 'no interface of this machine' "$T/err"; then
	echo 'ok starter: refused: an address that this machine has not'
else
	echo "not ok starter: refused: an address that this machine has not: $(cat "$T/err")"
fi
