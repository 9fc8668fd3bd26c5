#!/usr/bin/env python3
"""dump.py - vrrp-dump beside tshark, and frames in numbers (standard library only).

usage: dump.py compare FILE DUMP        every VRRP and ARP packet of FILE, field by field; prints counts by kind
       dump.py flood INTERFACE COUNT [TAGS]   as many adverts as fast as the interface takes them; VLAN tags in hex
       dump.py junk KIND MEGABYTES      capture files of junk, to standard output: records, blocks, noise, skips"""
import json
import os
import random
import socket
import struct
import subprocess
import sys

# ours: tshark's, and how to read that. Where tshark's answer is not the truth, see known().
FIELDS = {
    "mac": ("eth.src", str), "mac_to": ("eth.dst", str), "ttl": ("ip.ttl ipv6.hlim", int), "src": ("ip.src ipv6.src", str),
    "dst": ("ip.dst ipv6.dst", str), "ip_length": ("ip.len ipv6.plen", int), "ip_id": ("ip.id", "hex"),
    "tos": ("ip.dsfield ipv6.tclass", "hex"), "protocol": ("ip.proto ipv6.nxt", int),
    "ip_fragment": ("ip.frag_offset", int), "flow_label": ("ipv6.flow", "hex"),
    "version": ("vrrp.version", int), "type": ("vrrp.type", int), "vrid": ("vrrp.virt_rtr_id", int),
    "priority": ("vrrp.prio", int), "count": ("vrrp.addr_count", int), "reserved": ("vrrp.reserved_mbz", int),
    "interval_cs": ("vrrp.short_adver_int", int), "interval_s": ("vrrp.adver_int", int), "auth_type": ("vrrp.auth_type", int),
    "checksum": ("vrrp.checksum", "hex"), "addresses": ("vrrp.ip_addr vrrp.ipv6_addr", list), "auth": ("vrrp.auth_string", str),
    "operation": ("arp.opcode", int), "sender_mac": ("arp.src.hw_mac", str), "sender": ("arp.src.proto_ipv4", str),
    "target_mac": ("arp.dst.hw_mac", str), "target": ("arp.dst.proto_ipv4", str),
}


def find(tree, name):
    """The field, wherever it is in tshark's tree."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            got = value if key == name else find(value, name)
            if got is not None:
                return got
    return None


def theirs(layers, names, kind):
    for name in names.split():
        value = find(layers, name)
        if value is None:
            continue
        if kind is list:
            return value if isinstance(value, list) else [value]
        return int(value, 16) if kind == "hex" else kind(value)
    return [] if kind is list else None


def known(ours, key, value):
    """Known differences: what we say where tshark says `value`; None when there is none."""
    if key == "auth" and value is None and set(ours[key]) <= {"\0"}:
        return ours[key]                    # no password: tshark shows no field
    return None


def checksum_differs(ours, layers):
    """tshark knows one form for version 3 over IPv4, with pseudo-header, and calls RFC 9568's bad."""
    good = find(layers, "vrrp.checksum.status")
    if good is None or "csum_good" not in ours:
        return False
    rfc = ours["version"] == 3 and ours["csum_form"] == "plain"
    return (good == "1") != ours["csum_good"] and not rfc


def compare(path, dump):
    said = subprocess.run([dump, "-r", path, "-j", "-a", "-A"], stdout=subprocess.PIPE, check=True).stdout
    ours = [json.loads(line) for line in said.splitlines()]
    said = subprocess.run(["tshark", "-n", "-r", path, "-T", "json", "--no-duplicate-keys", "-Y", "vrrp || arp"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    all_theirs = {}
    for packet in json.loads(said):
        layers = packet["_source"]["layers"]
        all_theirs[round(float(layers["frame"]["frame.time_epoch"]) * 1e6), layers["eth"]["eth.src"]] = layers
    kinds, bad, seen = {}, 0, set()
    for o in ours:
        if o["kind"] not in ("VRRP", "ARP"):
            continue
        at = round(o["time"] * 1e6), o["mac"]
        layers = all_theirs.get(at)
        seen.add(at)
        if layers is None:
            print("tshark has no", o)
            bad += 1
            continue
        for key in o:
            if key not in FIELDS:
                continue
            value = theirs(layers, *FIELDS[key])
            if value != o[key] and known(o, key, value) is None:
                print(key, "is", o[key], "tshark says", value, o)
                bad += 1
        if checksum_differs(o, layers):
            print("checksum", o)
            bad += 1
        name = o["kind"] + (" v%d %s %s" % (o["version"], "IPv6" if ":" in o["src"] else "IPv4", o["csum_form"])
                            if o["kind"] == "VRRP" else "")
        kinds[name] = kinds.get(name, 0) + 1
    missed = [at for at, layers in all_theirs.items() if "vrrp" in layers and at not in seen]
    print("missed", missed[:3]) if missed else None
    for name in sorted(kinds):
        print("compared", name, kinds[name])
    return bad or missed or not kinds


def flood(interface, count, tags):
    def summed(data, at):
        """data with its checksum, which stands at byte `at`; a bridge may look at it."""
        total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
        total = (total & 0xffff) + (total >> 16)
        return data[:at] + struct.pack("!H", ~total & 0xffff) + data[at + 2:]

    ip = [socket.inet_aton(a) for a in ("10.9.0.7", "224.0.0.18", "10.9.0.200")]
    frame = (bytes.fromhex("01005e00001200005e00014d" + tags + "0800")
             + summed(struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 32, 0, 0, 255, 112, 0, *ip[:2]), 10)
             + summed(struct.pack("!BBBBHH4s", 0x31, 77, 100, 1, 100, 0, ip[2]), 6))
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    raw.bind((interface, 0))
    sent = 0
    while sent < count:
        try:
            raw.send(frame)
            sent += 1
        except OSError as e:                # its queue is full
            if e.errno not in (105, 11):
                raise
    return 0


def junk(kind, megabytes):
    random.seed(1)
    write, left, noise = sys.stdout.buffer.write, megabytes << 20, os.urandom(1 << 16)
    head = struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
    section = struct.pack("<IIIHHqI", 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
    described = struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
    write(section + described if kind in ("blocks", "skips") else b"" if kind == "noise" else head)
    while left > 0:
        n = random.randrange(60000)
        if kind == "records":
            piece = struct.pack("<IIII", random.randrange(1 << 32), 0, n, n) + noise[:n]
        elif kind == "blocks":
            n &= ~3
            piece = struct.pack("<II", random.choice((1, 2, 3, 6, 99)), n + 12) + struct.pack("<IIIII", 0, 0, 0, n // 2, n)
            piece = (piece + noise)[:n + 8] + struct.pack("<I", n + 12)
            piece = piece if n >= 40 else b""
        elif kind == "skips":
            piece = struct.pack("<II", 77, 32 << 20) + bytes((32 << 20) - 8)
        else:
            piece = noise
        write(piece)
        left -= len(piece)
    return 0


def main():
    what, args = sys.argv[1], sys.argv[2:]
    if what == "compare":
        return 1 if compare(*args) else 0
    if what == "flood":
        return flood(args[0], int(args[1]), "".join(args[2:]))
    return junk(args[0], int(args[1]))


sys.exit(main())
