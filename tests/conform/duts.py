"""duts.py - devices under test: the same virtual routers for vrrpd, keepalived and FRR. A device says what it cannot do in NOT."""
import json
import os
import shutil
import signal
import subprocess
import time


def instance(name="v", **more):
    """A virtual router; what a device understands of it is the device's business."""
    d = {"name": name, "family": 4, "vrid": 10, "prio": 100, "adv": 20, "version": 3, "preempt": True, "vmac": False, "accept": None,
         "extra": [], "state": None, "iface": "eth0"}
    d.update(more)
    if "vips" not in d:
        d["vips"] = ["192.0.2.100"] if d["family"] == 4 else ["fe80::100", "2001:db8::100"]
    return d


class CannotAsk(Exception):
    """The device has no way to be put into the state that a group of checks begins with."""


class Keepalived:
    """keepalived.conf and what both of its readers share."""
    name = "keepalived"
    own_words = False
    # rows that cannot hold for it, and why
    NOT = {"C-117": "no mixed mode", "C-118": "no mixed mode", "C-119": "no mixed mode", "C-15": "has one form", "C-32": "has one form",
           "C-31": "has one form", "C-124": "its counters have other names", "C-125": "does not say why", "C-126": "nothing to ask",
           "C-127": "not looked at", "C-39": "does not count it", **{"C-%d" % n: "has no decoder" for n in range(128, 135)}}
    DIFFERS = {}	# known and meant: row, why

    def __init__(self, bed, program):
        self.bed, self.program, self.p, self.log = bed, program, None, None

    def conf(self, instances, globs=()):
        out = ["global_defs {", "    vrrp_version 3", *["    " + g for g in globs], "}"]
        for d in instances:
            out += ["vrrp_instance %s {" % d["name"], "    interface " + d["iface"], "    virtual_router_id %d" % d["vrid"],
                    "    priority %d" % d["prio"], "    advert_int %g" % (d["adv"] / 100), "    version %d" % d["version"]]
            if d["state"] or d["prio"] == 255:
                out.append("    state " + (d["state"] or "MASTER"))
            if not d["preempt"]:
                out.append("    nopreempt")
            if d["family"] == 6:
                out.append("    native_ipv6")
            if d["vmac"]:
                out.append("    use_vmac")
            if d["accept"] is not None:
                out.append("    accept" if d["accept"] else "    no_accept")
            out += ["    " + line for line in d["extra"]]
            out += ["    virtual_ipaddress {", *["        %s/%d" % (v, 64 if ":" in v else 24) for v in d["vips"]], "    }", "}"]
        return "\n".join(out) + "\n"

    def write(self, text):
        self.bed.dut.run("sh", "-c", "cat >/tmp/dut.conf <<'END'\n" + text + "END\n")

    def command(self):
        return [self.program, "-n", "-l", "-D", "-G", "-P", "-f", "/tmp/dut.conf"]

    def start(self, *instances, globs=(), wait=True):
        self.write(self.conf(instances, globs))
        self.log_path = os.path.join("/tmp", "conform-%d-%d.log" % (os.getpid(), time.monotonic_ns()))
        self.log = open(self.log_path, "w+")
        self.began = time.time()
        self.p = self.bed.dut.popen(*self.command(), stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)
        if wait:
            self.ready()
        return self

    def ready(self):
        for _ in range(200):
            if "Startup complete" in self.said() or self.p.poll() is not None:
                return
            time.sleep(0.05)

    def said(self):
        self.log.flush()
        with open(self.log_path) as f:
            return f.read()

    def pid(self):
        """The daemon itself: nsenter has become it."""
        return self.p.pid

    def kill(self, sig):
        os.kill(self.p.pid, sig)

    def stop(self, sig=signal.SIGTERM):
        """Ends it; the exit code."""
        if not self.p:
            return None
        if self.p.poll() is None:
            if sig == signal.SIGKILL:
                os.killpg(self.p.pid, sig)		# its children too: the machine is dead
            else:
                self.kill(sig)
        try:
            code = self.p.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.p.pid, signal.SIGKILL)
            code = self.p.wait()
        self.p = None
        self.log.close()
        os.unlink(self.log_path)
        return code

    def state(self, name="v"):
        last = None
        for line in self.said().splitlines():
            for word in ("MASTER", "BACKUP", "FAULT"):
                if "(%s) Entering %s STATE" % (name, word) in line:
                    last = word
        return last

    def drops(self):
        return None

    def refuses(self, *instances, globs=()):
        """The exit code of the configuration test: 0 is fine."""
        self.write(self.conf(instances, globs))
        p = subprocess.run(self.bed.dut.words(self.program, "-t", "-f", "/tmp/dut.conf"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.findings = p.stdout
        return p.returncode


class Vrrpd(Keepalived):
    name = "vrrpd"
    own_words = True
    NOT = {}
    DIFFERS = {"C-37": "accepted and counted: keepalived sends such lists, and two masters are worse than an odd list"}

    def dump(self, *words):
        tool = os.path.join(os.path.dirname(self.program), "vrrp-dump")
        return subprocess.run([tool, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout

    def command(self):
        return [self.program, "-n", "-l", "-G", "-f", "/tmp/dut.conf", "--run-dir", "/run/v"]

    def asked(self, *words):
        tool = os.path.join(os.path.dirname(self.program), "vrrp-state")
        return subprocess.run(self.bed.dut.words(tool, "--run-dir", "/run/v", *words), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def ready(self):
        for _ in range(200):
            if self.asked("version").returncode == 0 or self.p.poll() is not None:
                return
            time.sleep(0.02)

    def state(self, name="v"):
        return self.asked("state", name).stdout.strip() or None

    def json(self):
        return json.loads(self.asked("-j").stdout)

    def drops(self):
        """Every counter of refused packets, of all instances and of none."""
        j, sums = self.json(), {}
        for part in [j["daemon"]["drops"]] + [i["drops"] for i in j["instances"]]:
            for k, v in part.items():
                sums[k] = sums.get(k, 0) + v
        return sums


class Frr(Keepalived):
    """vrrpd of FRR beside its zebra: a macvlan with the addresses for each family of a router, made here as its manual wants."""
    name = "frr"
    HOME = "/usr/lib/frr/"
    NOT = {**Keepalived.NOT, "C-102": "accepts always", "C-103": "accepts always", "C-106": "accepts always",
           "C-121": "has no test of a configuration", "C-122": "priorities end at 254", "C-123": "the macvlans would be ours",
           "C-109": "the macvlans are ours", "C-85": "cannot be changed without its shell",
           "C-83": "tells no fault", "C-84": "tells no fault"}
    zebra = None

    def lines(self, d):
        if d["prio"] == 255:
            raise CannotAsk("has no owner: priorities end at 254")
        if d["extra"] or d["accept"] is not None:
            raise CannotAsk("has no word for it: %s" % (" ".join(d["extra"]) or "accept"))
        word = " vrrp %d " % d["vrid"]
        return [word + "version %d" % d["version"], word + "priority %d" % d["prio"], word + "advertisement-interval %d" % (d["adv"] * 10),
                *([] if d["preempt"] else [" no" + word + "preempt"]),
                *[word + ("ipv6 " if d["family"] == 6 else "ip ") + v for v in d["vips"]]]

    def conf(self, instances, globs=()):
        return "\n".join(["interface eth0", *(line for d in instances for line in self.lines(d)), "exit"]) + "\n"

    def write(self, text):
        self.bed.dut.run("sh", "-c", "mkdir -p /tmp/frr; echo 'hostname dut' >/tmp/frr/zebra.conf; cat >/tmp/frr/vrrpd.conf <<'END'\n" + text +
                         "END\nchown -R frr:frr /tmp/frr\n")

    def daemon(self, name):
        return [self.HOME + name, "-P", "0", "-A", "127.0.0.1", "--log", "stdout", "-f", "/tmp/frr/%s.conf" % name, "-i", "/tmp/frr/%s.pid" % name,
                "-z", "/tmp/frr/zserv.api", "--vty_socket", "/tmp/frr"]

    def command(self):
        return self.daemon("vrrpd")

    def start(self, *instances, globs=(), wait=True):
        dut = self.bed.dut
        self.write(self.conf(instances, globs))
        dut.sysctl("net.ipv4.conf.all.arp_ignore", 1)
        self.links = []
        for d in instances:
            name = "vm%d-%d" % (d["family"], d["vrid"])
            mac = "00:00:5e:00:%02x:%02x" % (2 if d["family"] == 6 else 1, d["vrid"])
            dut.run("ip", "link", "add", name, "link", "eth0", "address", mac, "type", "macvlan", "mode", "bridge")
            self.links.append(name)
            dut.run("ip", "link", "set", name, "protodown", "on")
            for v in d["vips"]:
                dut.run("ip", "addr", "add", v + ("/64" if ":" in v else "/32"), "dev", name, *(["nodad"] if ":" in v else []))
            dut.run("ip", "link", "set", name, "up")
        self.zebra = dut.popen(*self.daemon("zebra"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(100):
            if subprocess.run(dut.words("test", "-S", "/tmp/frr/zserv.api")).returncode == 0:
                break
            time.sleep(0.05)
        return super().start(*instances, globs=globs, wait=wait)

    def ready(self):
        for _ in range(200):
            if "-> Backup" in self.said() or self.p.poll() is not None:
                return
            time.sleep(0.02)

    def stop(self, sig=signal.SIGTERM):
        code = super().stop(sig)
        if self.zebra:
            os.killpg(self.zebra.pid, signal.SIGKILL)
            self.zebra.wait()
            self.zebra = None
            self.bed.dut.run("rm", "-rf", "/tmp/frr")
            for name in self.links:
                self.bed.dut.run("ip", "link", "del", name, check=False)
        return code

    def state(self, name="v"):
        last = None
        for line in self.said().splitlines():
            for word, ours in (("Master", "MASTER"), ("Backup", "BACKUP"), ("Initialize", "FAULT")):
                if "-> " + word in line:
                    last = ours
        return last

    def refuses(self, *instances, globs=()):
        raise CannotAsk("has no test of a configuration")


def find(name, ours):
    if name == "vrrpd":
        return Vrrpd, os.path.abspath(ours)
    if name == "keepalived":
        return Keepalived, shutil.which("keepalived", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if name == "frr":
        return Frr, Frr.HOME + "vrrpd"
    return None, None
