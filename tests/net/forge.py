#!/usr/bin/env python3
"""forge.py - answers as an enemy or a broken machine would give them, for checks that ask (standard library only).

usage: forge.py [OPTION VALUE]... INTERFACE KIND
arp, na: --count answers for --addr, each with a MAC of its own unless --mac says one; *-bad: with one thing wrong.
echo: --count foreign echo replies from --addr to --to. wrong-id, wrong-token, wrong-type, twice: answers each echo request to
--addr, until killed; says `ready` first. Needs CAP_NET_RAW in the namespace that it is run in."""
import argparse
import random
import socket
import struct
import time


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def unmac(text):
    return bytes.fromhex(text.replace(":", ""))


def packed(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def ip4(src, dst, body):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, 1, 0, src, dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def ip6(src, dst, body, hops=255):
    total = checksum(src + dst + struct.pack("!II", len(body), 58) + body)
    return struct.pack("!IHBB", 6 << 28, len(body), 58, hops) + src + dst + body[:2] + struct.pack("!H", total) + body[4:]


def echo(src, dst, kind, rest):
    """An IP packet with an ICMP message of the family; kind: reply or request."""
    if len(src) == 16:
        return b"\x86\xdd" + ip6(src, dst, bytes([{"reply": 129, "request": 128}[kind], 0, 0, 0]) + rest, 64)
    body = bytes([{"reply": 0, "request": 8}[kind], 0, 0, 0]) + rest
    return b"\x08\x00" + ip4(src, dst, body[:2] + struct.pack("!H", checksum(body)) + body[4:])


def arp(o, mac, bad):
    """bad 0: right; 1: another address; 2: the address as target only; 3: not Ethernet."""
    addr, other = packed(o.addr), packed("192.0.2.250")
    spa, tpa = (addr, other) if bad in (0, 3) else (other, addr if bad == 2 else other)
    return (b"\x08\x06" + struct.pack("!HHBBH", 6 if bad == 3 else 1, 0x800, 6, 4, 2) + mac + spa + unmac(o.dst) + tpa)


def na(o, mac, bad):
    """bad 0: right; 1: another address; 2: hop limit; 3: checksum."""
    target = packed(o.addr if bad != 1 else "2001:db8::250")
    body = bytes([136, 0, 0, 0, 0x60, 0, 0, 0]) + target + b"\x02\x01" + mac
    packet = bytearray(ip6(packed("fe80::77"), packed("ff02::1"), body, 254 if bad == 2 else 255))
    packet[42] ^= bad == 3
    return b"\x86\xdd" + bytes(packet)


def flood(raw, o, make):
    own = raw.getsockname()[4]
    frames = [unmac(o.dst) + own + make(i) for i in range(64)]
    start = time.monotonic()
    i = 0
    while i < o.count and time.monotonic() < start + o.secs:
        try:
            raw.send(frames[i % len(frames)])
        except (BlockingIOError, OSError):      # the interface's queue is full: it is the LAN that loses then
            pass
        i += 1
        if o.gap and i % 8 == 0:
            time.sleep(max(0, start + i * o.gap - time.monotonic()))


def answer(o):
    """Echo requests come by a packet socket; the kernel of this host is told to ignore them."""
    six = ":" in o.addr
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86dd if six else 0x800))
    raw.bind((o.interface, 0))
    own = raw.getsockname()[4]
    print("ready", flush=True)
    while True:
        f = raw.recv(2048)
        src, dst, icmp = (f[22:38], f[38:54], f[54:]) if six else (f[26:30], f[30:34], f[34:])
        if dst != packed(o.addr) or icmp[:1] != (b"\x80" if six else b"\x08") or f[20 if six else 23] != (58 if six else 1):
            continue
        rest = bytearray(icmp[4:16])
        kind = "reply"
        if o.kind == "wrong-id":
            rest[0] ^= 1
        elif o.kind == "wrong-token":
            rest[11] ^= 1
        elif o.kind == "wrong-type":
            kind = "request"
        elif o.kind == "wrong-addr":
            dst = packed(o.other)
        for _ in range(2):
            raw.send(f[6:12] + own + echo(dst, src, kind, bytes(rest)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("interface")
    p.add_argument("kind")
    p.add_argument("--addr", required=True)
    p.add_argument("--other", default="10.9.0.78", help="whose answer wrong-addr gives")
    p.add_argument("--to", default="10.9.0.1")
    p.add_argument("--dst", default="ff:ff:ff:ff:ff:ff", help="hardware address that frames go to")
    p.add_argument("--mac", default="", help="that is told")
    p.add_argument("--count", type=int, default=1 << 30)
    p.add_argument("--secs", type=float, default=60)
    p.add_argument("--gap", type=float, default=0)
    o = p.parse_args()
    random.seed(1)
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    raw.bind((o.interface, 0))

    def mac(i):
        return unmac(o.mac) if o.mac else bytes([2, 0x66, 0, 0, 0, i])

    def token(_):
        return echo(packed(o.addr), packed(o.to), "reply", random.randbytes(12))

    makers = {"arp": lambda i: arp(o, mac(i), 0), "arp-bad": lambda i: arp(o, mac(i), 1 + i % 3),
              "na": lambda i: na(o, mac(i), 0), "na-bad": lambda i: na(o, mac(i), 1 + i % 3), "echo": token}
    if o.kind in makers:
        flood(raw, o, makers[o.kind])
    else:
        answer(o)


main()
