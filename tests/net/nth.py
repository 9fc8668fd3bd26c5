#!/usr/bin/env python3
# nth.py PROGRAM NTH.SO DIR VRID KIND... - one life of vrrpd for each system call of these kinds: it starts, becomes MASTER, reloads,
# is asked, ends; and the N-th call fails. Whatever failed, it ends by its own will with a code that it states and a reason, or goes on
# and gets where it would have been; it leaves no address, process, file, descriptor or memory. Runs in a host of the lab that has eth0.
import os, re, select, signal, socket, struct, subprocess, sys, time

KINDS = ("SOCKET BIND SETSOCKOPT SENDMMSG RECVMMSG RECV SEND ACK OPEN WRITE READ NAME MMAP EPOLL WAIT FORK EXEC PIPE "
         "WATCH STAT SEEK ACCEPT PRIV").split()
E = dict(EMFILE=24, ENOBUFS=105, ENOMEM=12, ENOSPC=28, EADDRINUSE=98, EAGAIN=11, EINTR=4, EIO=5, EPERM=1, ENETDOWN=100, EACCES=13, OWN=0)
program, library, where, vrid = sys.argv[1:5]
vips = ["10.9.%s.100" % vrid, "10.9.%s.101" % vrid]
shared = where + "/shared"
WORDS = 4 + 32 + 5
COUNT, MAPPED, AT, DONE, OPEN = 4, 36, 37, 39, 40

def config(two):
    return """
global_defs {
	vrrp_version 3
}
vrrp_script chk {
	script "/bin/true"
	interval 1
	fall 100
}
vrrp_track_file tf {
	file %(where)s/tracked
}
vrrp_instance VI_1 {
	interface eth0
	virtual_router_id %(vrid)s
	priority %(prio)d
	advert_int 0.02
	virtual_ipaddress {
		%(vips)s
	}
	virtual_routes {
		10.8.%(vrid)s.0/24 dev eth0
	}
	track_script {
		chk weight 1
	}
	track_file {
		tf weight 1
	}
	notify %(where)s/told
}
vrrp_instance VI_6 {
	interface eth0
	virtual_router_id %(vrid)s
	priority 100
	advert_int 0.02
	native_ipv6
	virtual_ipaddress {
		fe80::%(vrid)s/64
	}
}
""" % {"where": where, "vrid": vrid, "prio": 150 if two else 140, "vips": "/24\n".join(vips[:1 + two]) + "/24"}

def addresses():
    out = subprocess.run(["ip", "-o", "addr", "show", "dev", "eth0"], capture_output=True, text=True).stdout
    return [a for a in vips + ["fe80::" + vrid] if " %s/" % a in out]

class Life:
    def __init__(self, kind, nth, run, err):
        self.kind, self.log, self.bad = kind, "", []
        with open(where + "/conf", "w") as f:
            f.write(config(False))
        with open(shared, "wb") as f:
            f.write(struct.pack("%dI" % WORDS, KINDS.index(kind), nth, run, err, *[0] * (WORDS - 4)))
        env = dict(os.environ, LD_PRELOAD=library, NTH_FILE=shared, ASAN_OPTIONS="exitcode=99:verify_asan_link_order=0:detect_leaks=0")
        self.p = subprocess.Popen([program, "-n", "-l", "-G", "-f", where + "/conf", "--run-dir", where + "/run"],
                                  env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.set_blocking(self.p.stderr.fileno(), False)

    def words(self):
        with open(shared, "rb") as f:
            w = struct.unpack("%dI" % WORDS, f.read())
        return w

    def more(self, wait):
        if select.select([self.p.stderr], [], [], wait)[0]:
            got = os.read(self.p.stderr.fileno(), 65536)
            if not got:
                time.sleep(0.002)
            self.log += got.decode(errors="replace")
        return self.p.poll() is None

    # Until the log has it; false: the daemon has ended instead.
    def see(self, text, limit):
        end = time.monotonic() + limit
        while not re.search(text, self.log):
            alive = self.more(0.02)
            if re.search(text, self.log):
                break
            if not alive:
                return False
            if limit > 11 and self.kind != "SOCKET" and "no socket on" in self.log:
                return True
            if time.monotonic() > end:
                self.bad.append("never: " + text)
                return True
        return True

    # A socket that could not be had is tried for again after ten seconds: seen once, with the kind SOCKET.
    def until(self, what, limit, wanted):
        if limit > 11 and self.kind != "SOCKET" and "no socket on" in self.log:
            return
        end = time.monotonic() + limit
        while not wanted():
            if not self.more(0.01):
                return
            if time.monotonic() > end:
                self.bad.append("never: " + what)
                return

def ask(words):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(1)
    try:
        s.connect(where + "/run/ctl.sock")
        s.send(words.encode() + b"\n")
        return s.recv(4096)
    except OSError:
        return b""
    finally:
        s.close()

def left():
    found = []
    for p in os.listdir("/proc"):
        if p.isdigit():
            try:
                exe = os.readlink("/proc/%s/exe" % p)
                with open("/proc/%s/stat" % p) as f:
                    state = f.read().split(")")[1].split()[0]
            except OSError:
                continue
            if exe == program and state != "Z":
                found.append(int(p))
    return found

untouched = {}
def live(kind, nth, run, err):
    l = Life(kind, nth, run, err)
    if l.see(r"\(VI_1\) Entering MASTER", 12) and l.p.poll() is None:
        if "Entering MASTER" in l.log:
            l.until("the address", 10, lambda: vips[0] in addresses())
        l.until("the address of IPv6", 12, lambda: "fe80::" + vrid in addresses())
        with open(where + "/conf", "w") as f:
            f.write(config(True))
        l.p.send_signal(signal.SIGHUP)
        if l.see("reloaded |reload refused", 10) and "reloaded " in l.log and "(VI_1) Entering MASTER" in l.log:
            l.until("the new address", 10, lambda: vips[1] in addresses())
        ask("table")
        for _ in range(3):
            l.more(0.01)
        if vips[0] not in addresses() and l.p.poll() is None and "(VI_1) Entering MASTER" in l.log:
            l.until("the address again", 10, lambda: vips[0] in addresses())
        if l.p.poll() is None:
            l.p.send_signal(signal.SIGTERM)
    end = time.monotonic() + 10
    while l.more(0.02):
        if time.monotonic() > end:
            l.bad.append("does not end")
            l.p.kill()
            break
    l.p.wait()
    while select.select([l.p.stderr], [], [], 0.3)[0]:
        got = os.read(l.p.stderr.fileno(), 65536)
        if not got:
            break
        l.log += got.decode(errors="replace")
    w = l.words()
    code = l.p.returncode
    if code not in (0, 1, 2, 4, 6):
        l.bad.append("ended with %d" % code)
    if code and l.log.count("\n") < 1 + ("starts" in l.log):
        l.bad.append("ended with %d without a word" % code)
    if code == 0 and not re.search("Entering MASTER|no socket on", l.log):
        l.bad.append("ended with 0, and was nothing")
    if re.search("Sanitizer|runtime error|Assertion|LeakS", l.log):
        l.bad.append("sanitizer")
    if code == 0 and w[MAPPED] > untouched.get("mapped", w[MAPPED]):
        l.bad.append("%d bytes mapped, not %d" % (w[MAPPED], untouched["mapped"]))
    if code == 0 and w[OPEN] > untouched.get("open", w[OPEN]):
        l.bad.append("%d descriptors open, not %d" % (w[OPEN], untouched["open"]))
    end = time.monotonic() + 1
    while left() and time.monotonic() < end:
        time.sleep(0.01)
    for p in left():
        l.bad.append("process %d is left" % p)
        os.kill(p, 9)
    there = addresses()
    said = re.search(r"cannot remove", l.log)
    if there and not (run > 1 and said):
        l.bad.append("left on eth0: " + " ".join(there))
    if there:
        subprocess.run(["ip", "addr", "flush", "dev", "eth0", "to", "10.9.%s.100/31" % vrid])
        subprocess.run(["ip", "-6", "addr", "del", "fe80::%s/64" % vrid, "dev", "eth0"], stderr=subprocess.DEVNULL)
    files = os.listdir(where + "/run") if os.path.isdir(where + "/run") else []
    if files and kind not in ("NAME", "STAT", "SEEK"):	# nobody can remove what cannot be looked at
        l.bad.append("files: " + " ".join(files))
    if files:
        for f in files:
            os.unlink(where + "/run/" + f)
    l.hit, l.at, l.words = w[DONE], w[AT] | w[AT + 1] << 32, w
    return l

def all_of(row):
    kind, err, *many = row.split(":")
    many = int(many[0]) if many else 1
    lives, ends, wrong, nth = 0, {}, 0, 1
    while True:
        l = live(kind, nth, many, E[err])
        lives += 1
        nth += many
        if l.hit:
            ends[l.p.returncode] = ends.get(l.p.returncode, 0) + 1
        if l.bad:
            wrong += 1
            print("not ok nth: %s %d %s at %x: %s" % (row, nth - many, err, l.at, "; ".join(l.bad)))
            print("".join("    " + s + "\n" for s in l.log.splitlines()[-int(os.environ.get("NTH_LINES", 12)):]), end="", flush=True)
        if not l.hit:
            break
    if lives < 2:
        print("not ok nth: %s: no such call" % row)
    elif not wrong:
        print("ok nth: %s %s: %d lives, each with %d failing, exit codes %s" % (
            kind, err, lives - 1, many, ", ".join("%d of %d" % (ends[c], c) for c in sorted(ends))), flush=True)

os.makedirs(where, exist_ok=True)
with open(where + "/tracked", "w") as f:
    f.write("1\n")
with open(where + "/told", "w") as f:
    f.write("#!/bin/sh\nexit 0\n")
os.chmod(where + "/told", 0o755)
live("SOCKET", 0, 0, 0)
first = live("SOCKET", 0, 0, 0)
if first.bad or first.p.returncode:
    print("not ok nth: untouched: %s\n%s" % (first.bad, first.log))
    sys.exit(1)
untouched = {"open": first.words[OPEN], "mapped": first.words[MAPPED]}
print("untouched: %s" % dict(zip(KINDS, first.words[COUNT:])), untouched)
for row in sys.argv[5:]:
    t = time.monotonic()
    all_of(row)
    print("%s took %.1f s" % (row, time.monotonic() - t), flush=True)
print("done")
