#!/bin/sh
# demo.sh OUTDIR - two routers, one address, a client that never stops asking. `make demo` calls it.
# shellcheck disable=SC2317,SC2086	# called by name; words without blanks
OUT=${1:-${OUT:-out/host}}
LAB_SOURCE=${0%/*}/net/lib.sh
LAB_ANYONE=1	# who may make user namespaces need not be root
export OUT
# shellcheck source=tests/net/lib.sh
. "$LAB_SOURCE"

bold='' dim='' red='' green='' off='' live=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	esc=$(printf '\033[')
	bold=${esc}1m dim=${esc}2m red=${esc}31m green=${esc}32m off=${esc}0m live=$(printf '\r')${esc}K
fi
VIP=10.0.0.3
steps=0 began=0 last=r1

# Debian's nginx, or busybox's httpd where it could not be installed.
if command -v nginx >/dev/null; then
	web=nginx
	web_start() { on "$1" nginx -c "$LAB/$1/nginx.conf"; }
else
	web=busybox
	web_start() { bg "$1" web busybox httpd -f -p 80 -h "$LAB/$1/www"; }
fi
web_kill() { on "$1" killall -KILL $web; }

web_files() {
	mkdir "$LAB/$1/www"
	echo "$1" >"$LAB/$1/www/index.html"
	cat >"$LAB/$1/nginx.conf" <<-END
		user root;
		pid /run/nginx.pid;
		events { }
		http {
			access_log off;
			server { listen 80; root $LAB/$1/www; }
		}
	END
}

# As published: 001-check-lb01.conf with the check that most people write. HOST STATE PRIORITY
published() {
	cat >"$LAB/$1.conf" <<-END
		global_defs {
		  router_id $1
		}

		vrrp_script chk_web {
		  script "/usr/bin/killall -0 $web"
		  interval 1
		  weight -60
		}

		vrrp_instance VI_1 {
		  state $2
		    interface eth0
		    virtual_router_id 50
		    priority $3
		    advert_int 1
		    authentication {
		      auth_type PASS
		      auth_pass 1111
		    }
		    virtual_ipaddress {
		      $VIP
		    }
		  track_script {
		    chk_web
		  }
		}
	END
	on "$1" cp "$LAB/$1.conf" /etc/keepalived/keepalived.conf
}

# What the daemons said since the last look, in short.
news() {
	for news_host in r1 r2; do
		news_seen=
		eval "news_seen=\${seen_$news_host:-0}"
		news_all=$(wc -l <"$LAB/$news_host/vrrpd.log")
		[ "$news_all" -gt "$news_seen" ] || continue
		printf %s "$live"
		sed -n "$((news_seen + 1)),${news_all}p" "$LAB/$news_host/vrrpd.log" | sed -n \
			-e 's/^.*Changing effective priority from \(.*\) to \(.*\)/priority \1 -> \2/' \
			-e 's/^.*Entering MASTER STATE:* */MASTER   /' -e 's/^.*Entering BACKUP STATE *\((init)\)*:* */BACKUP   /' \
			-e 's/^.*Entering FAULT STATE *\((init)\)*:* */FAULT    /' -e 's/^.*Entering STOP STATE.*/STOP     resigned/' \
			-e "/^[MBFSp]/s/^/         $news_host  /p" |
			sed -e "s/MASTER/$green$bold&$off/" -e "s/FAULT/$red&$off/"
		eval "seen_$news_host=$news_all"
	done
}

# The last answers, all since the step began, came from this host.
served_by() {
	news
	now_cs
	[ -z "$live" ] || printf '%s         %s%d.%d s%s' "$live" "$dim" $(((now_cs - began) / 100)) \
		$(((now_cs - began) / 10 % 10)) "$off"
	tail -n 25 $LAB/c/fetch.log | awk -v ms=$((began * 10)) -v host="$1" '$1 > ms && $2 == host { n++ } END { exit n < 25 }'
}

# The longest silence that the client met since the step began.
outage() {
	awk -v ms=$((began * 10 - 100)) '$1 > ms { if (last && $1 - last > max) max = $1 - last; last = $1 } END { print max + 0 }' \
		$LAB/c/fetch.log
}

# HOST FORMULA TEXT CMD...: do it, and see the client served by HOST.
step() {
	step_host=$1 step_formula=$2 step_text=$3
	shift 3
	steps=$((steps + 1))
	now_cs
	began=$now_cs
	printf '\n  %s%d. %s%s\n' "$bold" $steps "$step_text" "$off"
	"$@"
	if ! wait_until 20 served_by "$step_host"; then
		printf '%s     %sthe client is not served by %s%s\n' "$live" "$red" "$step_host" "$off"
		lab_failed=1
		printf '\nWhat the daemons said:\n'
		finish
	fi
	news
	if [ -z "$step_formula" ]; then
		printf '%s     served by %s\n' "$live" "$step_host"
	else
		ms=$(outage)
		printf '%s     served by %s %s(was %s)%s; the client waited %s%d ms%s\n' "$live" "$step_host" "$dim" "$last" "$off" \
			"$bold" "$ms" "$off"
		printf '  %-34s %2s -> %s   %7d ms   %s\n' "$step_text" "$last" "$step_host" \
			"$ms" "$step_formula" >>$LAB/summary
	fi
	last=$step_host
}

start_both() { start_vrrpd r2 /etc/keepalived/keepalived.conf && start_vrrpd r1 /etc/keepalived/keepalived.conf; }
power_off() { hit r1 vrrpd KILL; cable r1 out; }
power_on() { cable r1 in; start_vrrpd r1 /etc/keepalived/keepalived.conf; }
faster() {
	for fast_host in r1 r2; do
		on $fast_host sed -i -e 's/advert_int 1/advert_int 0.1/' -e '1a vrrp_version 3' \
			-e '/authentication/,/}/d' /etc/keepalived/keepalived.conf
	done
	hit r2 vrrpd HUP
	start_vrrpd r1 /etc/keepalived/keepalived.conf
}

cat <<END
${bold}vrrpbox: two routers share an address${off}

      client ---- LAN ---+--- r1  10.0.0.5  priority 150   vrrpd, $web
     10.0.0.9            |
                         +--- r2  10.0.0.6  priority 100   vrrpd, $web

  The address is $VIP. The configuration is a published keepalived.conf:
  version 2, advert_int 1, a password, "killall -0 $web" every second with
  weight -60. The client opens a new connection every 10 ms: 10 ms is no outage.
END

for h in c=9 r1=5 r2=6; do
	host ${h%=*} eth0=10.0.0.${h#*=}/24
done
for h in r1 r2; do
	web_files $h
	web_start $h || lab_cannot "no $web"
done
published r1 MASTER 150
published r2 BACKUP 100
mkdir -p $LAB/bin
cp "${0%/*}/net/fetch.py" $LAB/bin/
bg c fetch /usr/bin/env python3 $LAB/bin/fetch.py $VIP

step r1 ''              'Both start'                         start_both
step r2 '2.61 to 4.61 s' "$web on r1 is killed"               web_kill r1
step r1 'none'           "$web on r1 is back"                 web_start r1
step r2 '2.61 to 3.61 s' 'r1 loses power (SIGKILL, link off)' power_off
step r1 'none'           'r1 has power again'                 power_on
step r2 '2.61 to 3.61 s' "r1's cable is pulled"               cable r1 out
step r1 'none'           'the cable is back'                  cable r1 in
step r2 '0.61 s'         'vrrpd on r1 is stopped (SIGTERM)'   end r1 vrrpd
step r1 ''               'Both: version 3, advert_int 0.1'    faster
step r2 '0.26 to 0.36 s' 'r1 loses power (0.1 s adverts)'     power_off

printf '\n  %s%-34s %8s   %10s   %s%s\n' "$bold" 'what happened' 'served by' 'outage' 'expected (RFC 9568)' "$off"
cat $LAB/summary
cat <<END

  Expected: a backup waits for 3 adverts + skew, counted from the last one it
  heard; the check looks once a second; a master that stops says so.
  Every step happened. The hosts lived in namespaces, which are gone now.
END
finish
