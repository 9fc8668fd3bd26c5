"""frames.py - VRRP, ARP and neighbour discovery as bytes: built with any one thing wrong, and read back."""
import socket
import struct

GROUP4, GROUP6 = "224.0.0.18", "ff02::12"
GROUP_MAC = {4: "01:00:5e:00:00:12", 6: "33:33:00:00:00:12"}


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def mac_text(data):
    return data.hex(":")


def ip(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def ip_text(data):
    return socket.inet_ntop(socket.AF_INET6 if len(data) == 16 else socket.AF_INET, data)


def vmac(vrid, family=4):
    return "00:00:5e:00:0%d:%02x" % (1 if family == 4 else 2, vrid)


def add(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def checksum(data):
    return ~add(data) & 0xffff


def pseudo(src, dst, length, proto):
    if len(src) == 4:
        return src + dst + struct.pack("!BBH", 0, proto, length)
    return src + dst + struct.pack("!II", length, proto)


def vrrp(vips, vrid=10, prio=250, adv=100, version=3, kind=1, count=None, reserve=0, src=None, dst=None,
         with_pseudo=None, flip=0, value=None, cut=None, extra=b"", auth=0, secret=b"\0" * 8, trailer=True):
    """One message. version 2: adv in seconds; with_pseudo None: as the version and family have it by RFC 9568."""
    body = b"".join(ip(v) for v in vips)
    if version == 2:
        head = struct.pack("!BBBBBB", version << 4 | kind, vrid, prio, len(vips) if count is None else count, auth, adv)
        tail = secret if trailer else b""
    else:
        head = struct.pack("!BBBBH", version << 4 | kind, vrid, prio, len(vips) if count is None else count, reserve << 12 | adv)
        tail = b""
    message = head + b"\0\0" + body + tail
    six = ":" in (src or "")
    if with_pseudo is None:
        with_pseudo = six
    total = checksum((pseudo(ip(src), ip(dst), len(message), 112) if with_pseudo else b"") + message)
    total = (value if value is not None else total) ^ flip
    message = head + struct.pack("!H", total) + body + tail + extra
    return message if cut is None else message[:cut]


def packet(payload, src, dst, ttl=255, proto=112, options=b"", tos=0xc0, eth_src="02:00:00:00:00:99", eth_dst=None, pad=60, length=None, frag=0):
    """Ethernet and IP around a payload."""
    if ":" in src:
        head = struct.pack("!IHBB", 6 << 28 | tos << 20, len(payload) if length is None else length, proto, ttl) + ip(src) + ip(dst)
        kind = b"\x86\xdd"
    else:
        size = 20 + len(options)
        head = struct.pack("!BBHHHBBH4s4s", 0x40 | size // 4, tos, size + len(payload) if length is None else length, 7, frag, ttl, proto, 0, ip(src), ip(dst))
        head += options
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        kind = b"\x08\x00"
    to = eth_dst or GROUP_MAC[6 if ":" in src else 4]
    frame = mac(to) + mac(eth_src) + kind + head + payload
    return frame + b"\xa5" * (pad - len(frame))


def arp_request(target, asker="192.0.2.8", asker_mac="02:00:00:00:00:08"):
    return mac("ff:ff:ff:ff:ff:ff") + mac(asker_mac) + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, 1) + mac(asker_mac) + ip(asker) + \
        b"\0" * 6 + ip(target)


def solicit(target, asker="fe80::8", asker_mac="02:00:00:00:00:08"):
    low = ip(target)[13:]
    dst = ip("ff02::1:ff00:0")[:13] + low
    src = ip(asker)
    option = b"" if asker == "::" else b"\x01\x01" + mac(asker_mac)
    body = bytes([135, 0, 0, 0, 0, 0, 0, 0]) + ip(target) + option
    body = body[:2] + struct.pack("!H", checksum(pseudo(src, dst, len(body), 58) + body)) + body[4:]
    return mac("33:33:ff:" + low.hex(":")) + mac(asker_mac) + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(body), 58, 255) + src + dst + body


def echo4(src, dst, eth_src, eth_dst, ttl=64):
    body = bytes([8, 0, 0, 0]) + b"\x12\x34\0\1" + b"conform!"
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    return packet(body, src, dst, ttl=ttl, proto=1, tos=0, eth_src=eth_src, eth_dst=eth_dst)


class Seen:
    """A captured frame, taken apart as far as it is understood. kind: vrrp, arp, na, ns, ra, mld, icmp, ip, other."""

    def __init__(self, at, out, data):
        self.at, self.to_dut, self.data = at, out, data
        self.eth_dst, self.eth_src = mac_text(data[:6]), mac_text(data[6:12])
        self.kind, self.src, self.dst = "other", None, None
        kind, rest = data[12:14], data[14:]
        try:
            if kind == b"\x08\x06":
                self.read_arp(rest)
            elif kind == b"\x08\x00":
                self.read_ip4(rest)
            elif kind == b"\x86\xdd":
                self.read_ip6(rest)
        except (struct.error, IndexError, ValueError):
            self.kind = "broken"

    def read_arp(self, d):
        self.kind, self.op = "arp", struct.unpack("!H", d[6:8])[0]
        self.sha, self.spa, self.tha, self.tpa = mac_text(d[8:14]), ip_text(d[14:18]), mac_text(d[18:24]), ip_text(d[24:28])

    def read_ip4(self, d):
        size = (d[0] & 15) * 4
        self.kind, self.tos, self.ttl, self.proto = "ip", d[1], d[8], d[9]
        self.total, self.frag, self.options = struct.unpack("!H", d[2:4])[0], struct.unpack("!H", d[6:8])[0], size - 20
        self.src, self.dst = ip_text(d[12:16]), ip_text(d[16:20])
        self.body = d[size:self.total]
        self.next(d[12:16], d[16:20])

    def read_ip6(self, d):
        first, length, self.proto, self.ttl = struct.unpack("!IHBB", d[:8])
        self.kind, self.tos, self.total, self.frag, self.options = "ip", first >> 20 & 255, length, 0, 0
        self.src, self.dst = ip_text(d[8:24]), ip_text(d[24:40])
        self.body = d[40:40 + length]
        if self.proto == 0:					# hop-by-hop: MLD
            self.proto, self.body = d[40], self.body[8 + d[41] * 8:]
        self.next(d[8:24], d[24:40])

    def next(self, src, dst):
        if self.proto == 112:
            self.read_vrrp(src, dst)
        elif self.proto == 58 and self.body:
            kinds = {134: "ra", 135: "ns", 136: "na", 143: "mld", 131: "mld"}
            self.kind = kinds.get(self.body[0], "icmp")
            if self.kind in ("ns", "na"):
                self.flags, self.target = self.body[4], ip_text(self.body[8:24])
                self.lladdr = mac_text(self.body[26:32]) if len(self.body) >= 32 else None
            self.good = checksum(pseudo(src, dst, len(self.body), 58) + self.body) == 0
        elif self.proto == 1 and self.body:
            self.kind, self.icmp = "icmp", self.body[0]

    def read_vrrp(self, src, dst):
        b = self.body
        self.kind = "vrrp"
        self.version, self.type, self.vrid, self.prio, self.count = b[0] >> 4, b[0] & 15, b[1], b[2], b[3]
        if self.version == 2:
            self.auth, self.adv = b[4], b[5] * 100
            self.reserve = 0
        else:
            self.reserve, self.adv = b[4] >> 4, (b[4] & 15) << 8 | b[5]
        size = len(src)
        self.vips = [ip_text(b[8 + i * size:8 + (i + 1) * size]) for i in range(self.count)]
        self.length = len(b)
        self.plain = add(b) == 0xffff
        self.pseudo = add(pseudo(src, dst, len(b), 112) + b) == 0xffff
