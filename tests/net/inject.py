#!/usr/bin/env python3
"""inject.py - adverts as an enemy or a bad cable would send them, one frame at a time (standard library only).

usage: inject.py [OPTION VALUE]... INTERFACE KIND[,KIND]...
Sends --count frames, --gap seconds apart, of the KINDs in turn; each is a good advert with one thing changed.
Needs CAP_NET_RAW in the namespace that it is run in."""
import argparse
import random
import socket
import struct
import time

GROUP = "224.0.0.18"

# kind: what differs from a good advert (see frame); callables get the option set
KINDS = {
    "good":       {},
    "badsum":     {"sum_xor": 0x5555},
    "ttl254":     {"ttl": 254},
    "interval":   {"adv": lambda o: o.adv + 1},          # version 2 compares it
    "interval0":  {"adv": 0},
    "count0":     {"count": 0, "vips": []},
    "countmore":  {"count": lambda o: len(o.vip) + 3},   # says more addresses than it has
    "countless":  {"vips": lambda o: o.vip + ["192.0.2.99"], "count": lambda o: len(o.vip)},
    "short":      {"cut": lambda o: random.randrange(1, 8)},
    "truncated":  {"cut": lambda o: random.randrange(8, 12)},
    "empty":      {"cut": 0},
    "type7":      {"type": 7},
    "version1":   {"version": 1},
    "otherver":   {"version": lambda o: 5 - o.version},
    "vrid":       {"vrid": lambda o: o.vrid % 255 + 1},
    "password":   {"secret": b"wrong"},
    "noauth":     {"auth": 0, "secret": b""},
    "reserved":   {"reserved": 15},                      # rule: ignore these bits
    "ihl6":       {"options": b"\x94\x04\x00\x00"},      # router alert
    "ihl15":      {"options": b"\x01" * 40},
    "padded":     {"pad": b"\xa5" * 30},                 # the frame is longer than its datagram
    "plain":      {"pseudo": False},                     # RFC 9568's checksum form
    "fragment":   {"frag": 0x2000},
    "liar":       {"iplen": 40},                         # the IP header promises more than comes
    "unicast":    {"dst": lambda o: o.to},
    "random":     {"junk": True},
}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def message(o, src, dst, k):
    """The VRRP message, from its version byte on."""
    version, adv = k("version", o.version), k("adv", o.adv)
    vips = b"".join(map(socket.inet_aton, k("vips", o.vip)))
    auth = b""
    if version == 2:
        secret = k("secret", o.secret.encode())
        fields = bytes([k("auth", 1 if secret else 0), adv & 255])
        auth = secret[:8].ljust(8, b"\0")
    else:
        fields = struct.pack("!H", k("reserved", 0) << 12 | adv & 0xfff)
    head = struct.pack("!BBBB", version << 4 | k("type", 1), k("vrid", o.vrid), o.prio, k("count", len(vips) // 4)) + fields
    pseudo = b""
    if version == 3 and k("pseudo", True):
        pseudo = src + dst + struct.pack("!BBH", 0, 112, 8 + len(vips))
    total = checksum(pseudo + head + b"\0\0" + vips + auth) ^ k("sum_xor", 0)
    body = head + struct.pack("!H", total) + vips + auth
    if k("junk", False):
        body = random.randbytes(random.randrange(0, 64))
    return body[:k("cut", len(body))]


def frame(o, mac, kind):
    def k(name, default):
        value = KINDS[kind].get(name, default)
        return value(o) if callable(value) else value

    src, dst = socket.inet_aton(o.src), socket.inet_aton(k("dst", GROUP))
    options, body = k("options", b""), message(o, src, dst, k)
    head = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0xc0,
                       20 + len(options) + len(body) + k("iplen", 0), random.randrange(65536), k("frag", 0),
                       k("ttl", 255), 112, 0, src, dst) + options
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    to = bytes.fromhex((o.mac if dst == socket.inet_aton(o.to) and o.mac else "01005e000012").replace(":", ""))
    return to + mac + b"\x08\x00" + head + body + k("pad", b"")


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("interface")
    p.add_argument("kinds", type=lambda t: t.split(","), help=" ".join(KINDS))
    p.add_argument("--version", type=int, default=3)
    p.add_argument("--vrid", type=int, default=51)
    p.add_argument("--prio", type=int, default=250)
    p.add_argument("--adv", type=int, default=10, help="as on the wire: version 3 hundredths, version 2 seconds")
    p.add_argument("--vip", type=lambda t: t.split(","), default=["192.0.2.100"])
    p.add_argument("--secret", default="", help="version 2 password")
    p.add_argument("--src", default="192.0.2.77")
    p.add_argument("--to", default="192.0.2.1", help="whom the kind `unicast` is for")
    p.add_argument("--mac", default="", help="and its hardware address")
    p.add_argument("--count", type=int, default=1)
    p.add_argument("--gap", type=float, default=0)
    return p.parse_args()


def main():
    o = options()
    random.seed(1)
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    raw.bind((o.interface, 0))
    mac = raw.getsockname()[4]
    frames = [frame(o, mac, kind) for _ in range(16) for kind in o.kinds]
    start = time.monotonic()
    for i in range(o.count):
        while True:
            try:
                raw.send(frames[i % len(frames)])
                break
            except BlockingIOError:
                pass
            except OSError as e:            # the interface's queue is full: it is the LAN that loses then
                if e.errno != 105:
                    raise
                break
        if i + 1 < o.count and (o.gap >= 0.005 or i % 32 == 0):
            time.sleep(max(0, start + (i + 1) * o.gap - time.monotonic()))


main()
