"""bed.py - the test bed: a bridge with the device under test, an injector and a plain host, each in a network namespace of its own
that ends with the process. What the device sends is seen on the bridge's side of its cable, with the kernel's time."""
import ctypes
import os
import select
import socket
import struct
import subprocess
import time

from frames import Seen

libc = ctypes.CDLL(None, use_errno=True)
SO_TIMESTAMPNS, PACKET_OUTGOING, CLONE_NEWNET = 35, 4, 0x40000000


def run(*words, check=True, **more):
    return subprocess.run(words, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, **more).stdout


class Space:
    """A network namespace (and mounts of its own), held by a sleeping process."""

    def __init__(self, name):
        self.name = name
        self.holder = subprocess.Popen(["unshare", "-n", "-m", "--propagation", "private", "sh", "-c",
                                        "mount -t tmpfs t /tmp && mount -t tmpfs r /run && mount -t sysfs s /sys 2>/dev/null; echo up; exec sleep 3600"],
                                       stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        if self.holder.stdout.readline().strip() != "up":
            raise RuntimeError("no namespaces on this machine")
        self.pid = self.holder.pid
        self.run("ip", "link", "set", "lo", "up")

    def words(self, *words):
        return ["nsenter", "-t", str(self.pid), "-n", "-m", *words]

    def run(self, *words, **more):
        return run(*self.words(*words), **more)

    def popen(self, *words, **more):
        return subprocess.Popen(self.words(*words), stdin=subprocess.DEVNULL, **more)

    def socket(self, *args):
        """A socket that belongs to this namespace."""
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open("/proc/%d/ns/net" % self.pid, os.O_RDONLY)
        try:
            if libc.setns(there, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
            return socket.socket(*args)
        finally:
            libc.setns(home, CLONE_NEWNET)
            os.close(home)
            os.close(there)

    def sysctl(self, key, value=None):
        path = "/proc/sys/" + key.replace(".", "/")
        if value is None:
            return self.run("cat", path).strip()
        return self.run("sh", "-c", "echo %s >%s" % (value, path))

    def end(self):
        self.holder.kill()
        self.holder.wait()


class Tap:
    """Frames that pass one interface, in order."""

    def __init__(self, space, ifname):
        self.s = space.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.s.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)		# SO_RCVBUFFORCE
        self.s.bind((ifname, 0))
        self.s.setblocking(False)
        self.all = []

    def read(self, wait=0.0):
        """Take what is there, waiting so long for the first frame; the new ones."""
        new = []
        if wait > 0:
            select.select([self.s], [], [], wait)
        while True:
            try:
                data, extra, _, where = self.s.recvmsg(16384, 256)
            except BlockingIOError:
                break
            except OSError:			# the cable is cut: said once
                continue
            at = time.time()
            for level, kind, value in extra:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    sec, nsec = struct.unpack("ll", value[:16])
                    at = sec + nsec / 1e9
            new.append(Seen(at, where[2] == PACKET_OUTGOING, data))
        self.all += new
        return new

    def until(self, want, limit):
        """The first frame from now on for which want is true, or None after limit seconds."""
        end = time.time() + limit
        while True:
            left = end - time.time()
            for i, f in enumerate(self.read(min(max(left, 0), 0.2))):
                if want(f):
                    return f
            if left <= 0:
                return None

    def during(self, seconds):
        """Every frame of the next seconds."""
        end, got = time.time() + seconds, []
        while time.time() < end:
            got += self.read(min(0.1, end - time.time()))
        return got + self.read()


class Bed:
    def __init__(self):
        self.lan, self.dut, self.peer, self.host = (Space(n) for n in ("lan", "dut", "peer", "host"))
        self.spaces = [self.lan, self.dut, self.peer, self.host]
        self.lan.run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0", "forward_delay", "0")
        self.lan.run("ip", "link", "set", "br0", "up")
        for space in self.spaces[1:]:
            self.cable(space, "eth0", "p-" + space.name)
        self.dut_mac = self.mac(self.dut)
        self.tap = Tap(self.lan, "p-dut")
        self.sender = self.peer.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sender.bind(("eth0", 0))
        self.far = None

    def cable(self, space, name, port, bridge="br0"):
        self.lan.run("ip", "link", "add", port, "type", "veth", "peer", "name", name, "netns", str(space.pid))
        self.lan.run("ip", "link", "set", port, "master", bridge, "up")
        self.lan.run("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/%s/disable_ipv6" % port, check=False)
        space.run("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/%s/accept_dad; echo 0 >/proc/sys/net/ipv6/conf/%s/router_solicitations" % (name, name), check=False)
        space.run("ip", "link", "set", name, "up")

    def mac(self, space, name="eth0"):
        return space.run("cat", "/sys/class/net/%s/address" % name).strip()

    def address(self, space, text, dev="eth0"):
        more = ["nodad"] if ":" in text else []
        space.run("ip", "addr", "add", text, "dev", dev, *more)

    def send(self, frame):
        self.sender.send(frame)

    def forget(self):
        self.tap.read()
        self.tap.all = []

    def end(self):
        for s in self.spaces:
            s.end()
