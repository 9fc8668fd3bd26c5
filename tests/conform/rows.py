"""rows.py - the checklist: what each row asks (clause, words) and the groups of checks that answer, each on a bed of its own."""
import os
import re
import signal
import struct
import subprocess
import time

from duts import instance
from frames import GROUP4, GROUP6, arp_request, echo4, ip, packet, solicit, vmac, vrrp

# id: (level, clause of RFC 9568 unless named, what is asked)
ROWS = {}


def rows(text):
    for line in text.strip().splitlines():
        one, level, clause, what = (w.strip() for w in line.split("|"))
        ROWS[one] = (level, clause, what)


rows("""
C-01 | M | 7.2, 7.3 | adverts leave with the virtual MAC as Ethernet source
C-02 | M | 5.1.1.2 | IPv4 adverts go to 224.0.0.18 and its Ethernet group
C-03 | M | 5.1.2.2 | IPv6 adverts go to ff02::12 and its Ethernet group
C-04 | M | 5.1.1.3 | TTL and hop limit are 255
C-05 | M | 5.1.1.4 | protocol 112, no options, not fragmented
C-06 | M | 5.1.1.1 | IPv4 source is the interface's primary address
C-07 | M | 5.1.2.1 | IPv6 source is the interface's link-local address
C-08 | M | 5.2.1 | version 3, type 1
C-09 | M | 5.2.3 | VRID as configured
C-10 | M | 5.2.4 | priority as configured, 255 of an owner
C-11 | M | 5.2.5 | the addresses, all, in the configured order
C-12 | M | 5.2.6 | reserved bits are zero
C-13 | M | 5.2.7 | interval in centiseconds
C-14 | M | 5.2.8 | IPv4 checksum over the message alone (v3_checksum rfc)
C-15 | P | D1 | or with a pseudo-header, keepalived's form (default)
C-16 | M | 5.2.8 | IPv6 checksum with pseudo-header
C-17 | M | 5.2.9 | the first IPv6 address is the virtual link-local one
C-18 | M | 5.2.9 | each message has one family
C-19 | M | 5.1 | the length is exactly that of header and addresses
C-20 | M | 3768 5.3 | version 2: seconds, no authentication, eight zero bytes, its checksum
C-21 | S | - | TOS and traffic class 0xc0
C-22 | M | 7.1 | TTL below 255 is dropped
C-23 | M | 7.1 | hop limit below 255 is dropped
C-24 | M | 7.1 | another version is dropped
C-25 | M | 7.1 | another type is dropped
C-26 | M | 7.1 | truncated messages are dropped
C-27 | M | 7.1 | a count beyond the bytes is dropped
C-28 | P | D3 | surplus bytes are dropped
C-29 | M | 5.2.5 | count 0 is ignored
C-30 | M | 7.1 | wrong checksums are dropped
C-31 | P | D1 | both IPv4 forms of the checksum are accepted
C-32 | P | D1 | the form that is sent can be chosen
C-33 | M | 5.2.8 | IPv6 without pseudo-header is dropped
C-34 | M | 7.1 | an unknown VRID is dropped
C-35 | M | 7.1 | the other family's VRID is another router
C-36 | M | E8301 | interval 0 is dropped
C-37 | M | E8300 | IPv6 whose first address is not link-local
C-38 | M | 5.2.6 | reserved bits are not looked at
C-39 | S | 7.1 | another interval is accepted and counted
C-40 | O | 7.1 | another list of addresses is accepted and counted
C-41 | S | 7.1 | errors are logged at a bounded rate
C-42 | M | 7.1 | a dropped advert does not touch the timer
C-43 | P | - | own adverts that come back are ignored
C-44 | P | - | the Ethernet source is no criterion
C-45 | P | D13 | an advert to our own address from nobody's peer is dropped
C-46 | P | - | IPv4 options are skipped by the header's length
C-47 | P | - | Ethernet padding is no data
C-48 | M | 3768 7.1 | version 2: another interval is dropped
C-49 | M | 3768 7.1 | version 2: other authentication is dropped
C-50 | M | 3768 7.1 | version 2: missing authentication data is dropped
C-51 | M | 3768 5.3.8 | version 2: a checksum with pseudo-header is dropped
C-52 | O | 3768 7.1 | version 2: another list of addresses
C-53 | M | 6.4.1 | below 255: silent for the whole down interval after the start
C-54 | M | 6.4.1 | an owner advertises and announces at once
C-55 | M | 6.4.2 | take-over: advert, announcements, then the rhythm
C-56 | M | 6.4.3 | the period is the interval
C-57 | M | 6.4.3 | its own one, whatever it learned before
C-58 | M | 6.4.3 | stopped as master: one advert of priority 0, then silence
C-59 | M | 6.4.2 | stopped as backup: nothing
C-60 | M | 6.4.2 | backup hears priority 0: master after the skew time
C-61 | M | 6.4.2 | which is that of the learned interval
C-62 | M | 6.4.3 | master hears priority 0: answers at once, one interval later again
C-63 | M | 6.4.2 | backup: equal or greater priority restarts the timer
C-64 | M | 6.4.2 | the down interval is three intervals and the skew time
C-65 | M | 6.4.2 | of the learned interval
C-66 | M | 6.4.2 | a lower priority is ignored: take-over in time
C-67 | M | 6.4.2 | nor is its interval learned
C-68 | M | 6.4.2 | without preemption a lower master is kept
C-69 | M | 6.1 | an owner preempts all the same
C-70 | M | 6.4.3 | master yields to a higher priority
C-71 | M | 6.4.3 | equal priority: the higher address wins, compared unsigned, first byte first
C-72 | M | 6.4.3 | equal priority, lower address: stays
C-73 | M | 6.4.3 | the same with IPv6 link-local addresses
C-74 | M | 6.4.3 | a master does not look at preemption
C-75 | M | 6.4.3 | master answers a lower advert at once
C-76 | P | D5 | and keeps its period
C-77 | M | 3768 6.4.3 | version 2: no answer to a lower advert (lower_prio_no_advert)
C-78 | M | 6.4.3 | after yielding the timer is that of the new master's interval
C-79 | M | 6.1 | of two backups the higher one takes over, alone
C-80 | M | E8298 | two owners: one stays
C-81 | S | 8.3.2 | which is logged, at a bounded rate
C-82 | O | 8.3.2 | equal priorities may be logged
C-83 | P | - | interface down and up
C-84 | P | - | primary address gone and back
C-85 | P | D7 | a changed priority is in the next advert
C-86 | P | - | killed: peers time out, the restart is clean
C-87 | M | 6.4.3 | master answers ARP for the address once, with the virtual MAC
C-88 | M | 8.1.2 | the physical MAC never stands for the address
C-89 | M | 6.4.2 | backup does not answer ARP for the address
C-90 | P | - | the primary address is answered once, with the physical MAC
C-91 | M | 6.4.3 | master answers neighbour solicitations: router, solicited, override, virtual MAC
C-92 | M | 6.4.2 | backup does not answer them
C-93 | M | 6.4.2 | gratuitous ARP for each address: virtual MAC, broadcast
C-94 | M | E7947 | whose target hardware address is the virtual MAC
C-95 | P | 8.2 | a host's fresh entry follows at once
C-96 | M | 6.4.2 | unsolicited neighbour advertisement for each address
C-97 | S | 4861 7.2.6 | not more of them than configured
C-98 | M | 6.4.3 | solicited-node groups are joined while master
C-99 | M | 8.2.2 | its own solicitations carry the virtual MAC
C-100 | M | 6.4.3 | frames to the virtual MAC are forwarded by the master
C-101 | M | 6.4.2 | and discarded by the backup
C-102 | M | 6.4.3 | without accept mode nothing sent to the address is taken
C-103 | M | 6.1 | but ARP and neighbour discovery are answered
C-104 | M | 6.4.3 | with it, or of an owner, it is taken
C-105 | M | 6.4.2 | backup takes nothing for the address
C-106 | S | 8.3.1 | what is for an address that is not accepted is not forwarded
C-107 | M | 6.4.2 | backup sends no router advertisements for the virtual router
C-108 | M | 6.4.3 | master does, or tells who does
C-109 | M | 7.4 | no interface identifier is made of the virtual MAC
C-110 | M | 8.1.2 | nothing is announced before address and MAC are there
C-111 | S | 8.2.2 | an owner does not lose its address to duplicate detection
C-112 | M | 8.1.3 | proxy ARP carries the virtual MAC
C-113 | S | 8.2.4 | unsolicited advertisements of neighbours are accepted
C-114 | S | 8.1.1 | redirects are not sent
C-115 | M | 5.1.1.2 | adverts are not forwarded
C-116 | P | 13.1 | a backup with a virtual MAC hears a master that sends from it
C-117 | M | 8.4.2 | mixed mode: both versions at the configured rate
C-118 | M | 8.4.2 | mixed mode: times out by the master's rate
C-119 | S | 8.4.2 | mixed mode: version 2 of one who also speaks version 3 is ignored
C-120 | M | 7.1 | not mixed: the other version is dropped
C-121 | M | 6.1 | values outside their range are refused with a message
C-122 | M | 5.2.4 | an owner has priority 255
C-123 | M | 7.3 | 255 virtual routers of each family on one interface
C-124 | O | 8347 | counters are there and exact
C-125 | O | 8347 | the reason of the last change is right
C-126 | P | - | answers while it is flooded
C-127 | P | - | no crash on any input
C-128 | P | - | decoder: capture formats and link types
C-129 | P | - | decoder: every field and the verdict on the checksum
C-130 | P | - | decoder: a short capture is no malformed message
C-131 | P | - | decoder: malformed input
C-132 | P | - | decoder: passwords, CARP
C-133 | P | - | decoder: ARP and neighbour discovery on request
C-134 | P | - | decoder: anomalies
""")

# Rows that the black box cannot or need not show here, and why.
ELSEWHERE = {
    "C-107": "no router advertisements are sent at all: the router's own daemon does that",
    "C-108": "delegated: notify scripts, FIFO and vrrp-state tell the router advertisement daemon",
    "C-112": "proxy ARP is not offered",
    "C-113": "the kernel's own, untouched",
    "C-127": "tests/fuzz: adverts, configuration, captures, control, answers, under sanitizers",
    "C-128": "tests/test_pcap.c, tests/test_frame.c, tests/net/dump.sh",
    "C-131": "tests/fuzz/fuzz_pcap.c and fuzz_frame.c, tests/net/dump.sh",
    "C-132": "tests/test_frame.c",
    "C-133": "tests/net/dump.sh, tests/test_story.c",
    "C-134": "tests/test_diag.c, tests/net/diagnose.sh",
}

MS = 0.001
TOL = 0.060		# lateness that a shared machine is allowed; never early is never early
EARLY = 0.001		# the capture's own noise
GROUPS = []


def group(f):
    GROUPS.append(f)
    return f


def down(prio, own, learned=None):
    """Down interval and skew time, seconds, of version 3."""
    adv = (learned or own) / 100
    skew = (256 - prio) * adv / 256
    return 3 * adv + skew, skew


class Test:
    """One group on one bed."""

    def __init__(self, bed, make_dut, report, sources=True):
        self.bed, self.make, self.report = bed, make_dut, report
        self.d = None
        bed.address(bed.dut, "192.0.2.1/24")
        bed.address(bed.dut, "fe80::1/64")
        bed.address(bed.dut, "2001:db8::1/64")
        bed.address(bed.host, "192.0.2.9/24")
        bed.address(bed.host, "2001:db8::9/64")
        bed.forget()

    # ---- the device

    def start(self, *instances, **more):
        self.bed.forget()
        self.d = self.make(self.bed)
        return self.d.start(*instances, **more)

    def stop(self, sig=signal.SIGTERM):
        code = self.d.stop(sig) if self.d else None
        self.d = None
        return code

    def master(self, limit=15, name="v", vrid=10):
        """Started and advertising."""
        return self.bed.tap.until(lambda f: self.advert(f, vrid), limit)

    # ---- what is sent to it

    def advert_frame(self, family=4, src=None, dst=None, eth_src=None, options=b"", ttl=255, pad=60, length=None, vips=None, **more):
        src = src or ("192.0.2.3" if family == 4 else "fe80::3")
        dst = dst or (GROUP4 if family == 4 else GROUP6)
        vips = (["192.0.2.100"] if family == 4 else ["fe80::100", "2001:db8::100"]) if vips is None else vips
        more.setdefault("adv", 20)
        if self.d and not self.d.own_words and family == 4 and more.get("version", 3) == 3:
            more.setdefault("with_pseudo", True)		# the one form that it takes
        message = vrrp(vips, src=src, dst=dst, **more)
        return packet(message, src, dst, ttl=ttl, options=options, pad=pad, length=length,
                      eth_src=eth_src or vmac(more.get("vrid", 10), family), eth_dst=None)

    def inject(self, gap=0.06, times=3, **more):
        frame = self.advert_frame(**more)
        for i in range(times):
            if i:
                time.sleep(gap)
            self.bed.send(frame)
        return time.time()

    # ---- what it sends

    def advert(self, f, vrid=10, family=None):
        return not f.to_dut and f.kind == "vrrp" and f.vrid == vrid and (family is None or (":" in f.src) == (family == 6))

    def adverts(self, frames, **more):
        return [f for f in frames if self.advert(f, **more)]

    # ---- verdicts

    def check(self, row, holds, evidence):
        """holds None: told only, the clause is a MAY."""
        self.report(row, holds if holds is None else bool(holds), str(evidence))

    def stays(self, row, what, counter=None, n=3, interval=0.2, **more):
        """Injected, it goes on without a gap; the counter rises by n and no other does."""
        before = self.d.drops()
        self.bed.forget()
        self.inject(**more)
        got = self.adverts(self.bed.tap.during(3.2 * interval))
        got = [f for f in self.bed.tap.all if self.advert(f)]
        gap = max((b.at - a.at for a, b in zip(got, got[1:])), default=99)
        holds = len(got) >= 2 and gap < 1.5 * interval + TOL and not any(f.prio == 0 for f in got)
        said = "%s: %d adverts, longest pause %d ms" % (what, len(got), gap * 1000)
        if counter and before is not None:
            after = self.d.drops()
            rose = {k: after[k] - before[k] for k in after if after[k] != before[k]}
            want = {counter: n} if isinstance(counter, str) else None
            if want is not None and rose != want or want is None and sum(rose.get(k, 0) for k in counter) != n:
                holds, said = False, said + "; counters %s, want %s by %d" % (rose, counter, n)
            else:
                said += "; %s +%d" % (" ".join(rose), n)
        self.check(row, holds, said)
        if not holds:
            self.master(8)
        return holds

    def yields(self, row, what, interval=0.2, **more):
        """Injected, its adverts end for the time-out, and come back after it."""
        self.bed.forget()
        last = self.inject(**more)
        prio = 100
        silent, _ = down(prio, 20, more.get("adv", 20))
        self.bed.tap.during(0.02)
        quiet = self.bed.tap.during(min(silent * 0.8, 3))
        got = [f for f in self.adverts(quiet) if f.at > last + 0.02]
        holds = not got
        said = "%s: %s" % (what, "silent" if not got else "an advert %d ms later" % ((got[0].at - last) * 1000))
        if holds:
            back = self.master(silent + 3)
            holds = back is not None
            if not back:
                said += ", and for ever"
        else:
            self.master(8)
        self.check(row, holds, said)
        return holds


@group
def transmit4(t):
    for vrid, prio, vips in ((1, 1, ["192.0.2.100"]), (255, 254, ["192.0.2.1%02d" % i for i in range(16)]), (10, 100, ["192.0.2.101", "192.0.2.100"])):
        t.bed.address(t.bed.dut, "192.0.2.77/24") if vrid == 1 else None
        t.start(instance(vrid=vrid, prio=prio, vips=vips, adv=10))
        f = t.master(vrid=vrid)
        if not f:
            t.check("C-02", False, "no advert at all")
            t.stop()
            continue
        t.check("C-02", (f.dst, f.eth_dst) == (GROUP4, "01:00:5e:00:00:12"), "to %s, %s" % (f.dst, f.eth_dst))
        t.check("C-04", f.ttl == 255, "TTL %d" % f.ttl)
        t.check("C-05", f.proto == 112 and not f.options and not f.frag & 0x3fff, "protocol %d, %d bytes of options" % (f.proto, f.options))
        t.check("C-06", f.src == "192.0.2.1", "from %s" % f.src)
        t.check("C-08", (f.version, f.type) == (3, 1), "version %d, type %d" % (f.version, f.type))
        t.check("C-09", f.vrid == vrid, "VRID %d" % f.vrid)
        t.check("C-10", f.prio == prio, "priority %d of %d" % (f.prio, prio))
        t.check("C-11", f.vips == vips, "%d addresses, %s" % (f.count, "in order" if f.vips == vips else f.vips))
        t.check("C-12", f.reserve == 0, "reserved %d" % f.reserve)
        t.check("C-13", f.adv == 10, "%d cs of 10" % f.adv)
        t.check("C-15", f.pseudo, "with pseudo-header: %s" % f.pseudo)
        t.check("C-19", f.length == 8 + 4 * len(vips) and f.total == 20 + f.length, "%d bytes for %d addresses" % (f.length, len(vips)))
        t.check("C-21", f.tos == 0xc0, "TOS 0x%02x" % f.tos)
        t.stop()
    for adv in (1, 100):
        t.start(instance(adv=adv, prio=254))
        f = t.master()
        t.check("C-13", f and f.adv == adv, "%s cs of %d" % (f and f.adv, adv))
        t.stop()


@group
def transmit_slow(t):
    """4095 cs: an owner, which does not wait for two minutes."""
    t.bed.address(t.bed.dut, "192.0.2.100/24")
    t.start(instance(adv=4095, prio=255, vips=["192.0.2.100"]))
    f = t.master(5)
    t.check("C-12", f and f.body[4:6] == b"\x0f\xff", "4095 cs: bytes %s" % (f and f.body[4:6].hex()))
    t.check("C-13", f and f.adv == 4095, "%s cs of 4095" % (f and f.adv))
    t.check("C-10", f and f.prio == 255, "an owner: %s" % (f and f.prio))
    t.check("C-54", f and f.at - t.d.began < 1.0, "first advert %d ms after exec" % ((f.at - t.d.began) * 1000 if f else -1))
    arp = t.bed.tap.until(lambda f: not f.to_dut and f.kind == "arp" and f.spa == f.tpa == "192.0.2.100", 2) or \
        next((f for f in t.bed.tap.all if not f.to_dut and f.kind == "arp" and f.spa == f.tpa == "192.0.2.100"), None)
    t.check("C-54", arp, "then its announcement")
    t.stop()


@group
def transmit6(t):
    vips = ["fe80::100", "2001:db8::100", "2001:db8::102"]
    t.start(instance(family=6, vips=vips, adv=10), instance("w", adv=10))
    f = t.bed.tap.until(lambda f: t.advert(f, family=6), 8)
    if not f:
        t.check("C-03", False, "no advert")
        return
    t.check("C-03", (f.dst, f.eth_dst) == (GROUP6, "33:33:00:00:00:12"), "to %s, %s" % (f.dst, f.eth_dst))
    t.check("C-04", f.ttl == 255, "hop limit %d" % f.ttl)
    t.check("C-05", f.data[20] == 112, "next header %d" % f.data[20])
    own = t.bed.dut.run("ip", "-6", "addr", "show", "dev", "eth0", "scope", "link")
    t.check("C-07", f.src in own and f.src not in vips and "5eff:fe00" not in f.src, "from %s" % f.src)
    t.check("C-11", f.vips == vips, "addresses %s" % " ".join(f.vips))
    t.check("C-16", f.pseudo and not f.plain, "with pseudo-header: %s" % f.pseudo)
    t.check("C-17", f.vips[0].startswith("fe80:"), "first %s" % f.vips[0])
    t.check("C-19", f.length == 8 + 16 * 3 == f.total, "%d bytes for 3 addresses" % f.length)
    t.check("C-21", f.tos == 0xc0, "traffic class 0x%02x" % f.tos)
    both = t.adverts(t.bed.tap.during(0.6))
    four = {tuple(f.vips) for f in both if ":" not in f.src}
    six = {tuple(f.vips) for f in both if ":" in f.src}
    t.check("C-18", four == {("192.0.2.100",)} and six == {tuple(vips)}, "one VRID, two streams of one family each")


@group
def transmit_rfc(t):
    if t.make.own_words:
        t.start(instance(extra=["v3_checksum rfc"], adv=10))
        f = t.master()
        t.check("C-14", f and f.plain and not f.pseudo, "message alone: %s" % (f and f.plain))
        t.check("C-32", f and f.plain, "v3_checksum rfc sends that form")
        t.stop()
        t.start(instance(extra=["v3_checksum keepalived"], adv=10))
        f = t.master()
        t.check("C-32", f and f.pseudo, "v3_checksum keepalived the other one")
        t.stop()
    else:
        t.start(instance(adv=10))
        f = t.master()
        t.check("C-14", f and f.plain, "the default sends a pseudo-header")
        t.stop()
    t.start(instance(version=2, adv=100, prio=254))
    f = t.master()
    t.check("C-20", f and f.version == 2 and f.auth == 0 and f.body[5] == 1 and f.body[-8:] == b"\0" * 8 and f.plain and f.length == 20,
            f.body.hex() if f else "no advert")
    t.stop()


@group
def receive4(t):
    t.start(instance())
    if not t.master():
        t.check("C-22", False, "no advert")
        return
    for ttl in (254, 64, 1):
        t.stays("C-22", "TTL %d" % ttl, "ip_ttl_err", ttl=ttl)
    for version in (1, 4, 15):
        t.stays("C-24", "version %d" % version, "version_err", version=version)
    t.stays("C-24", "version 2", ("version_err",), version=2, adv=1)
    t.stays("C-120", "version 2 while version 3 is configured", ("version_err",), version=2, adv=1, src="192.0.2.4")
    for kind in (0, 2, 15):
        t.stays("C-25", "type %d" % kind, "invalid_type_rcvd", kind=kind)
    for cut in (0, 1, 7):
        t.stays("C-26", "%d bytes" % cut, ("packet_short_err", "packet_len_err"), cut=cut)
    t.stays("C-26", "a header without its address", ("packet_len_err",), cut=8)
    t.stays("C-26", "one byte short", ("packet_len_err",), cut=11)
    t.stays("C-27", "count 3 of 2", ("packet_len_err",), count=3, vips=["192.0.2.100", "192.0.2.101"])
    t.stays("C-27", "count 255 of 1", ("packet_len_err",), count=255)
    for n in (1, 4, 8):
        t.stays("C-28", "%d bytes more" % n, ("packet_len_err",), extra=b"\0" * n)
    t.stays("C-29", "count 0", ("addr_count_err", "packet_len_err"), count=0, vips=[])
    t.stays("C-30", "a flipped bit", "checksum_err", flip=0x0100)
    t.stays("C-30", "checksum 0", "checksum_err", value=0)
    t.stays("C-30", "checksum 0xffff", "checksum_err", value=0xffff)
    t.stays("C-34", "VRID 11", None, vrid=11)


@group
def receive4b(t):
    t.start(instance())
    if not t.master():
        return t.check("C-31", False, "no advert")
    t.yields("C-31", "message alone", with_pseudo=False)
    t.yields("C-31", "with pseudo-header", with_pseudo=True)
    t.stays("C-35", "IPv6, the same VRID", None, family=6)
    t.stays("C-36", "interval 0", ("advert_interval_zero",), adv=0)
    t.yields("C-36", "and an ordinary one works after it")
    t.yields("C-38", "reserved bits 15", reserve=15)
    t.yields("C-44", "a physical source MAC", eth_src="02:00:00:00:00:99")
    t.yields("C-46", "header length 6", options=b"\x94\x04\0\0")
    t.yields("C-46", "header length 15", options=b"\1" * 40)
    t.yields("C-47", "padded to 60 and more", pad=90)
    t.stays("C-45", "sent to its own address", None, dst="192.0.2.1")


@group
def receive4c(t):
    t.start(instance())
    if not t.master():
        return t.check("C-39", False, "no advert")
    t.yields("C-39", "interval 40", adv=40)
    if t.d.own_words:
        j = t.d.json()["instances"][0]["statistics"]
        t.check("C-39", j["interval-differences"] > 0, "interval-differences %d" % j["interval-differences"])
    t.yields("C-40", "another address", vips=["192.0.2.200"])
    t.yields("C-40", "more of them", vips=["192.0.2.100", "192.0.2.200"])
    if t.d.own_words:
        j = t.d.json()["instances"][0]["statistics"]
        t.check("C-40", j["address-list-errors"] > 0, "address-list-errors %d" % j["address-list-errors"])
    t.yields("C-70", "priority 101", prio=101)
    for src, wins in (("192.0.2.3", True), ("192.0.2.0", False), ("10.0.0.9", False), ("191.0.2.9", False), ("193.0.2.0", True)):
        if wins:
            t.yields("C-71", "equal priority from " + src, prio=100, src=src)
        else:
            t.stays("C-71", "equal priority from " + src, None, prio=100, src=src)
    size = len(t.d.said())
    t.stays("C-72", "equal priority, lower address", None, prio=100, src="192.0.2.7" if False else "192.0.2.0")
    t.check("C-82", None, "%d lines of log (a MAY)" % t.d.said()[size:].count("\n"))


@group
def receive4d(t):
    """Floods of bad ones: a bounded log, exact counters."""
    t.start(instance())
    if not t.master():
        return t.check("C-41", False, "no advert")
    size, before = len(t.d.said()), t.d.drops()
    frame = t.advert_frame(flip=0x55)
    t.bed.forget()
    began = time.time()
    for i in range(10000):
        t.bed.send(frame)
        if i % 100 == 99:
            time.sleep(max(0, began + (i + 1) * 0.0003 - time.time()))
    time.sleep(0.5)
    t.bed.tap.read()
    got = [f for f in t.bed.tap.all if t.advert(f)]
    gap = max((b.at - a.at for a, b in zip(got, got[1:])), default=99)
    grew = t.d.said()[size:]
    t.check("C-41", grew.count("\n") <= 10, "%d lines for 10000 bad frames" % grew.count("\n"))
    if before is not None:
        rose = t.d.drops()["checksum_err"] - before["checksum_err"]
        t.check("C-41", rose == 10000, "checksum_err +%d" % rose)
        t.check("C-124", rose == 10000, "10000 wrong checksums: checksum_err +%d" % rose)
    t.check("C-126", gap < 0.3 + TOL, "10000 frames: longest pause %d ms of 200" % (gap * 1000))
    if t.d.own_words:
        began = time.time()
        p = t.d.asked("state", "v")
        t.check("C-126", p.returncode == 0 and time.time() - began < 1, "asked while it comes: answered %s" % p.stdout.strip())


@group
def receive6(t):
    t.start(instance(family=6))
    if not t.master():
        return t.check("C-23", False, "no advert")
    for ttl in (254, 64, 1):
        t.stays("C-23", "hop limit %d" % ttl, "ip_ttl_err", family=6, ttl=ttl)
    t.stays("C-33", "no pseudo-header", None, family=6, with_pseudo=False)
    t.yields("C-70", "IPv6, priority 101", family=6, prio=101)
    t.yields("C-73", "equal priority from fe80::ffff", family=6, prio=100, src="fe80::ffff")
    t.stays("C-73", "equal priority from fe80::", None, family=6, prio=100, src="fe80::")
    t.bed.forget()
    t.inject(family=6, vips=["2001:db8::100"])
    quiet = t.adverts(t.bed.tap.during(0.5))
    holds = len(quiet) >= 1
    said = "first address global: %s" % ("dropped" if holds else "accepted, not-link-local-rcvd %s" %
                                        (t.d.json()["instances"][0]["statistics"]["not-link-local-rcvd"] if t.d.own_words else ""))
    t.check("C-37", holds, said)


@group
def receive2(t):
    t.start(instance(version=2, adv=100, prio=254, vips=["192.0.2.100"], extra=["lower_prio_no_advert"]))
    if not t.master():
        return t.check("C-48", False, "no advert")
    same = dict(version=2, adv=1, prio=255, interval=1.0, gap=0.3)
    t.stays("C-48", "2 s", ("advert_interval_err",), **dict(same, adv=2))
    t.stays("C-49", "authentication 1", ("authtype_mismatch", "auth_failure", "invalid_authtype"), **dict(same, auth=1, secret=b"x" * 8))
    t.stays("C-49", "authentication 254", ("authtype_mismatch", "auth_failure", "invalid_authtype"), **dict(same, auth=254))
    t.stays("C-50", "no authentication data", ("packet_len_err",), **dict(same, trailer=False))
    t.stays("C-51", "checksum with pseudo-header", ("checksum_err",), **dict(same, with_pseudo=True))
    t.bed.forget()
    last = t.adverts(t.bed.tap.during(2.2))[-1]
    t.bed.tap.during(max(0, last.at + 0.3 - time.time()))
    t.bed.forget()
    t.inject(version=2, adv=1, prio=50, gap=0.05)
    extra = [f for f in t.adverts(t.bed.tap.during(0.4)) if f.at < last.at + 0.95]
    t.check("C-77", not extra, "three lower adverts between two of its own: %d answers" % len(extra))


@group
def receive2list(t):
    t.start(instance(version=2, adv=100, prio=200))
    if not t.master():
        return t.check("C-52", False, "no advert")
    t.bed.forget()
    last = t.inject(version=2, adv=1, prio=250, vips=["192.0.2.200"], gap=0.1)
    t.bed.tap.read()
    got = [f for f in t.adverts(t.bed.tap.during(1.5)) if f.at > last]
    t.check("C-52", None, "another list: %s (the check is a MAY)" % ("accepted" if not got else "dropped"))


@group
def starts(t):
    for prio, adv in ((100, 20), (254, 20), (1, 20), (100, 100)):
        t.bed.forget()
        t.start(instance(prio=prio, adv=adv))
        began = time.time()
        want, _ = down(prio, adv)
        f = t.master(want + 3)
        ours = [g for g in t.bed.tap.all if not g.to_dut and g.kind == "arp" and g.spa == "192.0.2.100"]
        took = f.at - began if f else 99
        early = f.at - t.d.began if f else 0
        t.check("C-53", early > want - EARLY and took < want + 0.3, "priority %d, %d cs: first advert %d ms after exec, formula %.1f" %
                (prio, adv, early * 1000, want * 1000))
        t.check("C-53", f and not [g for g in ours if g.at < f.at], "no announcement before it")
        t.stop()


@group
def takeover(t):
    """The order of a take-over, the period, the end."""
    vips = ["192.0.2.1%02d" % i for i in range(5)]
    t.start(instance(vips=vips, adv=20))
    f = t.master()
    if not f:
        return t.check("C-55", False, "no advert")
    t.bed.tap.during(0.4)
    later = [g for g in t.bed.tap.all if not g.to_dut and g.at >= f.at]
    arps = [g for g in later if g.kind == "arp" and g.spa == g.tpa]
    first = later[0]
    t.check("C-55", first.kind == "vrrp" and {g.spa for g in arps} == set(vips), "advert, then %d announcements of %d addresses" % (len(arps), len(vips)))
    t.check("C-55", arps and max(g.at for g in arps[:5]) < f.at + 0.2, "each within one interval")
    t.check("C-93", arps and all(g.eth_dst == "ff:ff:ff:ff:ff:ff" and g.eth_src == g.sha for g in arps), "broadcast, sender is the Ethernet source")
    for adv, n in ((20, 25), (10, 50), (100, 4)):
        t.stop()
        t.start(instance(adv=adv, prio=254))
        t.master()
        got = t.adverts(t.bed.tap.during(n * adv / 100 + 0.05))
        span = got[-1].at - got[0].at
        mean = span / (len(got) - 1)
        t.check("C-56", abs(mean - adv / 100) < adv / 100 * 0.001 + 0.02 / len(got), "%d adverts of %d ms: mean %.3f ms" % (len(got), adv * 10, mean * 1000))
    t.bed.forget()
    code = t.stop()
    end = t.adverts(t.bed.tap.during(1.2))
    zero = [g for g in end if g.prio == 0]
    t.check("C-58", len(zero) >= 1 and end[-1].prio == 0 and zero[0].vips == ["192.0.2.100"] and len(zero) == 1,
            "%d of priority 0, then silence; exit %s" % (len(zero), code))


@group
def backup(t):
    """What a backup's timer does, with an injected master."""
    t.start(instance(prio=100, adv=20))
    t.inject(gap=0.1, times=8, prio=200)
    t.bed.forget()
    t.stop()
    t.check("C-59", not t.adverts(t.bed.tap.during(0.5)), "stopped as backup: nothing sent")

    for prio, own, learned in ((100, 20, 20), (200, 20, 20), (100, 20, 10), (100, 20, 50)):
        t.start(instance(prio=prio, adv=own))
        t.bed.forget()
        t.inject(gap=min(0.1, learned / 100), times=5, prio=254, adv=learned)
        last = max(f.at for f in t.settle() if f.to_dut and f.kind == "vrrp")
        want, _ = down(prio, own, learned)
        f = t.master(want + 3)
        late = f.at - last - want if f else 99
        row = "C-64" if own == learned else "C-65"
        t.check(row, -EARLY <= late < TOL, "priority %d, own %d, heard %d cs: %.1f ms, formula %.1f" % (prio, own, learned, (late + want) * 1000, want * 1000))
        if row == "C-65" and f:
            nxt = t.adverts(t.bed.tap.during(own / 100 + 0.1))
            t.check("C-57", f.adv == own and nxt and abs(nxt[0].at - f.at - own / 100) < TOL, "learned %d cs: says %d and comes after %d ms" %
                    (learned, f.adv, (nxt[0].at - f.at) * 1000 if nxt else -1))
        t.stop()

    for learned in (20, 100):
        t.start(instance(prio=100, adv=20))
        t.inject(gap=0.1, times=4, prio=254, adv=learned)
        t.bed.forget()
        t.inject(times=1, prio=0, adv=learned)
        last = max(f.at for f in t.settle() if f.to_dut and f.kind == "vrrp")
        _, want = down(100, 20, learned)
        f = t.master(want + 2)
        late = f.at - last - want if f else 99
        t.check("C-60" if learned == 20 else "C-61", -EARLY <= late < TOL, "after a stream of %d cs: %.1f ms, skew %.1f" %
                (learned, (late + want) * 1000, want * 1000))
        t.stop()


@group
def backup2(t):
    t.start(instance(prio=100, adv=20))
    t.bed.forget()
    for _ in range(12):
        t.inject(times=1, prio=100, src="192.0.2.0")
        time.sleep(0.45)
    t.check("C-63", not [f for f in t.settle() if t.advert(f)], "equal priority each 450 ms for 5 s: no take-over (alone after 722)")
    t.bed.tap.until(lambda f: t.advert(f), 3)

    for adv in (20, 100):
        t.stop()
        t.start(instance(prio=100, adv=20))
        began = time.time()
        want, _ = down(100, 20)
        f = None
        while time.time() < began + want + 2 and not f:
            t.inject(times=1, prio=50, adv=adv)
            f = t.bed.tap.until(lambda f: t.advert(f), 0.1)
        took = f.at - t.d.began if f else 99
        t.check("C-66" if adv == 20 else "C-67", f and took > want - EARLY and f.at - began < want + 0.3,
                "priority 50 of %d cs heard: take-over %d ms after exec, formula %.1f" % (adv, took * 1000, want * 1000))
    t.stop()

    t.start(instance(prio=100, adv=20, preempt=False, state="BACKUP"))
    t.bed.forget()
    for _ in range(30):
        t.inject(times=1, prio=50)
        time.sleep(0.1)
    t.check("C-68", not [f for f in t.settle() if t.advert(f)], "no preemption, priority 50 for 3 s: silent")
    f = t.master(3)
    t.check("C-68", f, "and takes over when it ends")
    t.yields("C-74", "without preemption, priority 101", prio=101)
    t.stop()

    # only bad adverts while the master is silent: nothing touches the timer
    t.start(instance(prio=100, adv=20))
    t.bed.forget()
    t.inject(times=3, gap=0.1, prio=200)
    last = max(f.at for f in t.settle() if f.to_dut and f.kind == "vrrp")
    want, _ = down(100, 20)
    f = None
    while time.time() < last + want + 2 and not f:
        t.inject(times=1, flip=1, prio=200)
        t.inject(times=1, ttl=254, prio=200)
        f = t.bed.tap.until(lambda f: t.advert(f), 0.05)
    late = f.at - last - want if f else 99
    t.check("C-42", -EARLY <= late < TOL, "bad adverts all the time: take-over after %.1f ms, formula %.1f" % ((late + want) * 1000, want * 1000))


@group
def master(t):
    """What a master answers."""
    t.start(instance(prio=100, adv=50))
    if not t.master():
        return t.check("C-62", False, "no advert")
    t.bed.forget()
    f = t.bed.tap.until(lambda f: t.advert(f), 1)
    time.sleep(0.2)
    t.inject(times=1, prio=0, adv=50)
    asked = max(g.at for g in t.settle() if g.to_dut and g.kind == "vrrp")
    got = [g for g in t.bed.tap.all if t.advert(g) and g.at > asked]
    t.check("C-62", got and got[0].at - asked < TOL, "priority 0: answered after %.1f ms" % ((got[0].at - asked) * 1000 if got else -1))
    nxt = t.bed.tap.until(lambda g: t.advert(g) and g.at > got[0].at + 0.01, 1) if got else None
    t.check("C-62", nxt and abs(nxt.at - got[0].at - 0.5) < TOL, "the next one %d ms after the answer" % ((nxt.at - got[0].at) * 1000 if nxt else -1))

    beat = t.bed.tap.until(lambda f: t.advert(f), 1)
    t.bed.forget()
    time.sleep(0.1)
    asked, answers = [], 0
    for _ in range(5):
        t.inject(times=1, prio=50, adv=50)
        heard = max(g.at for g in t.settle() if g.to_dut and g.kind == "vrrp")
        time.sleep(0.03)
        answers += any(t.advert(g) and 0 < g.at - heard < 0.03 for g in t.settle())
    t.check("C-75", answers == 5, "5 lower adverts: %d answers within 30 ms" % answers)
    later = t.bed.tap.until(lambda g: t.advert(g) and g.at > beat.at + 0.45, 1)
    off = (later.at - beat.at) % 0.5 if later else 9
    t.check("C-76", min(off, 0.5 - off) < 0.03, "the period's phase moved by %.1f ms" % (min(off, 0.5 - off) * 1000))

    t.bed.forget()
    last = t.inject(times=1, prio=101, adv=60)
    want, _ = down(100, 50, 60)
    f = t.bed.tap.until(lambda g: t.advert(g) and g.at > last + 0.1, want + 2)
    heard = max(g.at for g in t.bed.tap.all if g.to_dut and g.kind == "vrrp")
    late = f.at - heard - want if f else 99
    t.check("C-78", -EARLY <= late < TOL, "yielded to 101 with 60 cs: back after %.1f ms, formula %.1f" % ((late + want) * 1000, want * 1000))

    # hairpin: its own adverts come back to it
    t.bed.lan.run("bridge", "link", "set", "dev", "p-dut", "hairpin", "on")
    before = t.d.drops()
    t.bed.forget()
    got = t.adverts(t.bed.tap.during(2.2))
    t.bed.lan.run("bridge", "link", "set", "dev", "p-dut", "hairpin", "off")
    t.check("C-43", 4 <= len(got) <= 6, "its own adverts come back: %d in 2.2 s, due 4 or 5" % len(got))
    if before is not None:
        t.check("C-43", t.d.drops() == before, "no counter of errors")


@group
def owner(t):
    t.bed.address(t.bed.dut, "192.0.2.100/24")
    t.start(instance(prio=255, preempt=True, vips=["192.0.2.100"]), wait=False)
    t.inject(times=1, prio=250)
    f = t.master(5)
    t.check("C-69", f and f.prio == 255, "a living master of 250: the owner speaks %d ms after exec" % ((f.at - t.d.began) * 1000 if f else -1))
    for src, stays in (("192.0.2.0", True), ("192.0.2.3", False)):
        t.bed.forget()
        size = len(t.d.said())
        last = t.inject(times=4, gap=0.2, prio=255, src=src)
        t.bed.tap.read()
        got = [g for g in t.bed.tap.all if t.advert(g) and g.at > last - 0.15]
        for _ in range(40):
            said = t.d.said()[size:]
            if said.strip():
                break
            time.sleep(0.05)
        t.check("C-80", bool(got) == stays or (not stays and got and got[-1].prio < 255), "another owner, %s address: %s" %
                ("lower" if stays else "higher", "goes on" if got else "yields"))
        t.check("C-81", said.strip() != "" and said.count("\n") < 12, "%d lines of log" % said.count("\n"))
        t.bed.tap.until(lambda g: t.advert(g), 8)


@group
def backups(t):
    """Three routers: the highest ends, the middle one alone takes over."""
    from bed import Space  # further devices live in namespaces of their own
    beds = t.bed
    t.start(instance(prio=100, adv=20))
    others = []
    for n, prio in ((2, 150), (3, 200)):
        space = Space("r%d" % n)
        beds.spaces.append(space)
        beds.cable(space, "eth0", "p-r%d" % n)
        beds.address(space, "192.0.2.1%d/24" % n)

        class Other:		# a bed whose device lives there
            dut = space
        d = t.make(Other)
        d.start(instance(prio=prio, adv=20))
        others.append(d)
    from bed import Tap
    tap = Tap(beds.host, "eth0")
    f = tap.until(lambda f: f.kind == "vrrp" and f.prio == 200, 10)
    tap.until(lambda f: f.kind == "vrrp" and f.prio == 200 and f.at > tap.all[0].at + 1, 4)
    others[1].stop(signal.SIGKILL)
    tap.all = []
    tap.during(2.5)
    who = [g.prio for g in tap.all if g.kind == "vrrp"]
    new = [p for p in who if p != 200]
    t.check("C-79", f and new and set(new) == {150}, "200 is killed: adverts of %s" % sorted(set(new)))
    t.check("C-86", new, "killed: its peer took over")
    others[0].stop()


@group
def faults(t):
    t.start(instance(prio=100, adv=20))
    if not t.master():
        return t.check("C-83", False, "no advert")
    for what, off, on in (("its interface", lambda: t.bed.dut.run("ip", "link", "set", "eth0", "down"), lambda: t.bed.dut.run("ip", "link", "set", "eth0", "up")),
                          ("the cable", lambda: t.bed.lan.run("ip", "link", "set", "p-dut", "down"), lambda: t.bed.lan.run("ip", "link", "set", "p-dut", "up"))):
        off()
        ok = wait(lambda: t.d.state() == "FAULT", 5)
        on()
        time.sleep(0.05)
        t.bed.tap.read()
        began = time.time()
        f = t.master(6)
        want, _ = down(100, 20)
        t.check("C-83", ok and f and f.at - began > want - 0.2, "%s down: %s; up: a start anew, advert after %d ms" %
                (what, "FAULT" if ok else t.d.state(), (f.at - began) * 1000 if f else -1))
    t.bed.dut.run("ip", "addr", "flush", "dev", "eth0", "scope", "global")
    ok = wait(lambda: t.d.state() == "FAULT", 5)
    t.bed.forget()
    wrong = t.adverts(t.bed.tap.during(0.6))
    wrong = [g for g in wrong if g.prio]
    t.check("C-84", ok and not wrong, "no address: %s, %d adverts" % ("FAULT" if ok else t.d.state(), len(wrong)))
    t.bed.address(t.bed.dut, "192.0.2.1/24")
    f = t.master(6)
    t.check("C-84", f and f.src == "192.0.2.1", "it is back: adverts from %s" % (f and f.src))


@group
def tracked(t):
    t.bed.dut.run("sh", "-c", "echo 0 >/tmp/tracked")
    d = t.make(t.bed)
    extra = ["track_file {", "    f weight 1", "}"]
    conf = d.conf([instance(prio=100, adv=20, extra=extra)])
    d.conf = lambda *a: "track_file f {\n    file /tmp/tracked\n    weight 1\n}\n" + conf if d.own_words else \
        "track_file f {\n    file /tmp/tracked\n    weight 1\n    init_file 0\n}\n" + conf
    t.d = d
    d.start()
    if not t.master():
        return t.check("C-85", False, "no advert")
    t.bed.forget()
    t.bed.dut.run("sh", "-c", "echo -30 >/tmp/tracked")
    f = t.bed.tap.until(lambda f: t.advert(f) and f.prio != 100, 3)
    t.check("C-85", f and f.prio == 70, "tracked -30: adverts say %s" % (f and f.prio))
    t.yields("C-85", "a router of 90 is now the better one", prio=90)


def wait(true, limit):
    end = time.time() + limit
    while time.time() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


@group
def killed(t):
    t.start(instance(prio=100, adv=20, vmac=True, vips=["192.0.2.100"]))
    if not t.master():
        return t.check("C-86", False, "no advert with a virtual MAC")
    t.bed.tap.during(0.5)
    t.stop(signal.SIGKILL)
    left = t.bed.dut.run("ip", "addr")
    t.check("C-86", "192.0.2.100" in left, "killed: the address stays with the dead one")
    t.start(instance(prio=100, adv=20, vmac=True, vips=["192.0.2.100"]))
    f = t.master(10)
    links = t.bed.dut.run("ip", "-br", "link")
    t.check("C-86", f and links.count("macvlan") + links.count("vrrp") <= 1, "restarted: it works, one macvlan at most")
    t.bed.tap.during(0.5)
    t.stop()
    links, addrs = t.bed.dut.run("ip", "-br", "link"), t.bed.dut.run("ip", "addr")
    t.check("C-86", "vrrp" not in links and "192.0.2.100" not in addrs, "stopped: no macvlan, no address")


@group
def virtual_mac4(t):
    """As RFC 9568 wants it: everything of the virtual router has the virtual MAC."""
    for vrid in (1, 255, 10):
        t.bed.forget()
        t.start(instance(vrid=vrid, vmac=True, adv=20, prio=254))
        f = t.master(vrid=vrid)
        t.check("C-01", f and f.eth_src == vmac(vrid), "VRID %d: from %s" % (vrid, f and f.eth_src))
        if not f:
            t.stop()
            continue
        t.check("C-06", f.src == "192.0.2.1", "with a virtual MAC, from %s" % f.src)
        t.bed.tap.during(0.5)
        arps = [g for g in t.bed.tap.all if not g.to_dut and g.kind == "arp" and g.spa == "192.0.2.100"]
        t.check("C-93", arps and all((g.eth_src, g.sha, g.spa, g.tpa, g.eth_dst) == (vmac(vrid), vmac(vrid), "192.0.2.100", "192.0.2.100", "ff:ff:ff:ff:ff:ff")
                                     for g in arps), "%d announcements, sender %s" % (len(arps), arps[0].sha if arps else None))
        t.check("C-94", arps and all(g.tha == vmac(vrid) for g in arps), "target hardware address %s" % (arps[0].tha if arps else None))
        t.check("C-110", arps and arps[0].at > f.at and all(g.sha == vmac(vrid) for g in arps), "the first announcement after the first advert, with that MAC")
        if vrid == 10:
            break
        t.stop()
    if not t.d:
        return
    t.bed.forget()
    t.bed.send(arp_request("192.0.2.100"))
    got = [g for g in t.bed.tap.during(0.7) if not g.to_dut and g.kind == "arp" and g.op == 2 and g.spa == "192.0.2.100"]
    t.check("C-87", len(got) == 1 and got[0].sha == vmac(10), "%d answers: %s" % (len(got), " ".join(g.sha for g in got)))
    t.bed.send(arp_request("192.0.2.1"))
    got = [g for g in t.bed.tap.during(0.7) if not g.to_dut and g.kind == "arp" and g.op == 2 and g.spa == "192.0.2.1"]
    t.check("C-90", len(got) == 1 and got[0].sha == t.bed.dut_mac, "as master: %d answers: %s" % (len(got), " ".join(g.sha for g in got)))
    t.bed.address(t.bed.peer, "192.0.2.3/24")
    said = t.bed.host.run("ping", "-c", "2", "-i", "0.2", "-W", "1", "192.0.2.100", check=False)
    t.check("C-104", " 0% packet loss" in said, "accepted: ping answers")
    # it becomes a backup
    for _ in range(6):
        t.inject(times=1, prio=255, adv=100)
        time.sleep(0.05)
    t.bed.forget()
    for _ in range(3):
        t.bed.send(arp_request("192.0.2.100"))
        t.inject(times=1, prio=255, adv=100)
        t.bed.tap.during(0.25)
    got = [g for g in t.bed.tap.all if not g.to_dut and g.kind == "arp" and g.op == 2 and g.spa == "192.0.2.100"]
    t.check("C-89", not got, "as backup: %d answers to 3 requests" % len(got))
    t.bed.send(arp_request("192.0.2.1"))
    got = [g for g in t.bed.tap.during(0.7) if not g.to_dut and g.kind == "arp" and g.op == 2 and g.spa == "192.0.2.1"]
    t.check("C-90", len(got) == 1 and got[0].sha == t.bed.dut_mac, "as backup: %d answers" % len(got))
    t.inject(times=1, prio=255, adv=100)
    t.bed.forget()
    t.bed.send(echo4("192.0.2.9", "192.0.2.100", t.bed.mac(t.bed.host), t.bed.dut_mac))
    t.bed.send(echo4("192.0.2.9", "192.0.2.100", t.bed.mac(t.bed.host), vmac(10)))
    got = [g for g in t.bed.tap.during(0.6) if not g.to_dut and g.kind == "icmp"]
    t.check("C-105", not got, "as backup, asked by its MAC and the virtual one: %d answers" % len(got))
    t.stop()
    whole = [g for g in t.bed.tap.all if not g.to_dut and g.kind == "arp" and ("192.0.2.100", t.bed.dut_mac) in ((g.spa, g.sha), (g.tpa, g.tha))]
    t.check("C-88", not whole, "%d ARP frames with address and physical MAC" % len(whole))


@group
def virtual_mac6(t):
    t.start(instance(family=6, vmac=True, adv=20))
    f = t.master()
    t.check("C-01", f and f.eth_src == vmac(10, 6), "IPv6: from %s" % (f and f.eth_src))
    if not f:
        return
    t.check("C-07", f.src == "fe80::1" or f.src in t.bed.dut.run("ip", "-6", "addr", "show", "dev", "eth0"), "with a virtual MAC, from %s" % f.src)
    t.bed.tap.during(0.6)
    for vip in ("fe80::100", "2001:db8::100"):
        got = [g for g in t.bed.tap.all if not g.to_dut and g.kind == "na" and g.target == vip]
        g = got[0] if got else None
        t.check("C-96", g and (g.eth_src, g.eth_dst, g.dst, g.ttl, g.lladdr, g.good) == (vmac(10, 6), "33:33:00:00:00:01", "ff02::1", 255, vmac(10, 6), True)
                and g.flags & 0x60 == 0x20, "%s: %d, flags 0x%02x, option %s" % (vip, len(got), g.flags if g else 0, g and g.lladdr))
    t.check("C-97", len(got) <= 10, "%d for one address, as garp_master_repeat says" % len(got))
    groups = t.bed.dut.run("ip", "-6", "maddr")
    t.check("C-98", "ff02::1:ff00:100" in groups, "ff02::1:ff00:100 is joined")
    t.bed.forget()
    t.bed.send(solicit("2001:db8::100"))
    got = [g for g in t.bed.tap.during(0.7) if not g.to_dut and g.kind == "na" and g.target == "2001:db8::100" and g.flags & 0x40]
    g = got[0] if got else None
    t.check("C-91", g and len(got) == 1 and g.lladdr == vmac(10, 6) and g.flags & 0x60 == 0x60, "%d answers, flags 0x%02x, option %s" %
            (len(got), g.flags if g else 0, g and g.lladdr))
    where = t.bed.dut.run("ip", "-6", "-o", "addr", "show", "to", "2001:db8::100").split()
    t.bed.dut.run("ping", "-6", "-c", "1", "-W", "1", "-I", where[1] if where else "eth0", "2001:db8::77", check=False)	# nobody has that
    t.bed.tap.read()
    asks = [g for g in t.bed.tap.all if not g.to_dut and g.kind == "ns" and g.src in ("2001:db8::100", "fe80::100")]
    t.check("C-99", asks and all(g.lladdr == vmac(10, 6) for g in asks), "%d solicitations from its addresses, option %s" % (len(asks), {g.lladdr for g in asks}))
    made = [g for g in t.bed.tap.all if not g.to_dut and (g.src or "").startswith("fe80::200:5eff:fe00")]
    addrs = t.bed.dut.run("ip", "-6", "addr")
    t.check("C-109", not made and "5eff:fe00" not in addrs, "no address made of it")
    for _ in range(6):
        t.inject(times=1, family=6, prio=255, adv=100)
        time.sleep(0.05)
    t.bed.forget()
    t.bed.send(solicit("2001:db8::100"))
    t.bed.send(solicit("2001:db8::100", asker="::"))
    got = [g for g in t.bed.tap.during(0.6) if not g.to_dut and g.kind == "na" and g.target == "2001:db8::100"]
    t.check("C-92", not got, "as backup: %d answers" % len(got))
    t.check("C-98", "ff02::1:ff00:100" not in t.bed.dut.run("ip", "-6", "maddr"), "left as backup")


@group
def forwarding(t):
    """A host behind the router, another beyond it."""
    from bed import Space, Tap
    far = Space("far")
    t.bed.spaces.append(far)
    t.bed.lan.run("ip", "link", "add", "br1", "type", "bridge")
    t.bed.lan.run("ip", "link", "set", "br1", "up")
    t.bed.cable(t.bed.dut, "eth1", "p-dut1", "br1")
    t.bed.cable(far, "eth0", "p-far", "br1")
    t.bed.address(t.bed.dut, "198.51.100.1/24", "eth1")
    t.bed.address(far, "198.51.100.9/24")
    far.run("ip", "route", "add", "192.0.2.0/24", "via", "198.51.100.1")
    t.bed.dut.sysctl("net.ipv4.ip_forward", 1)
    t.bed.host.run("ip", "route", "add", "198.51.100.0/24", "via", "192.0.2.100")
    beyond = Tap(far, "eth0")
    t.start(instance(vmac=True, adv=20))
    if not t.master():
        return t.check("C-100", False, "no advert")
    t.bed.tap.during(0.4)
    said = t.bed.host.run("ping", "-c", "3", "-i", "0.2", "-W", "1", "198.51.100.9", check=False)
    entry = t.bed.host.run("ip", "neigh", "show", "192.0.2.100")
    t.check("C-100", " 0% packet loss" in said and vmac(10) in entry, "through %s: %s" % (vmac(10), "answered" if " 0% packet loss" in said else "lost"))
    beyond.read()
    t.check("C-115", not [g for g in beyond.all if g.kind == "vrrp"], "no advert on the other side")
    # a better next hop in the host's own network: what redirects are for
    t.bed.address(t.bed.peer, "192.0.2.3/24")
    t.bed.dut.run("ip", "route", "add", "203.0.113.0/24", "via", "192.0.2.3")
    t.bed.host.run("ip", "route", "add", "203.0.113.0/24", "via", "192.0.2.100")
    t.bed.host.run("ping", "-c", "3", "-i", "0.2", "-W", "1", "203.0.113.9", check=False)
    t.bed.tap.read()
    asked = [g for g in t.bed.tap.all if not g.to_dut and g.kind == "icmp" and g.dst == "203.0.113.9"]
    t.check("C-114", asked, "%d packets went on to the better next hop" % len(asked))
    t.check("C-114", not [g for g in t.bed.tap.all if not g.to_dut and g.kind == "icmp" and getattr(g, "icmp", 0) == 5], "no redirect")
    for _ in range(6):
        t.inject(times=1, prio=255, adv=100)
        time.sleep(0.05)
    beyond.read()
    beyond.all = []
    t.bed.send(echo4("192.0.2.9", "198.51.100.9", t.bed.mac(t.bed.host), vmac(10)))
    t.bed.send(echo4("192.0.2.9", "198.51.100.9", t.bed.mac(t.bed.host), vmac(10)))
    time.sleep(0.4)
    beyond.read()
    through = [g for g in beyond.all if g.kind == "icmp"]
    t.check("C-101", not through, "as backup: %d of 2 frames to the virtual MAC came through" % len(through))


@group
def accept(t):
    t.start(instance(vmac=True, adv=20, accept=False))
    if not t.master():
        return t.check("C-102", False, "no advert")
    t.bed.tap.during(0.4)
    said = t.bed.host.run("ping", "-c", "2", "-i", "0.2", "-W", "1", "192.0.2.100", check=False)
    t.check("C-102", "100% packet loss" in said, "ping: %s" % said.strip().splitlines()[-2] if "loss" in said else said)
    p = subprocess.run(t.bed.host.words("timeout", "1", "bash", "-c", "echo >/dev/tcp/192.0.2.100/9"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    t.check("C-102", "refused" not in p.stderr, "TCP: no answer")
    t.bed.forget()
    t.bed.send(arp_request("192.0.2.100"))
    got = [g for g in t.bed.tap.during(0.7) if not g.to_dut and g.kind == "arp" and g.op == 2 and g.spa == "192.0.2.100"]
    t.check("C-103", len(got) == 1 and got[0].sha == vmac(10), "ARP: %d answers" % len(got))
    t.bed.dut.sysctl("net.ipv4.ip_forward", 1)
    t.bed.forget()
    t.bed.send(echo4("192.0.2.9", "192.0.2.100", t.bed.mac(t.bed.host), vmac(10)))
    out = [g for g in t.bed.tap.during(0.5) if not g.to_dut and g.dst == "192.0.2.100"]
    t.check("C-106", not out, "%d copies left" % len(out))
    t.stop()
    t.start(instance(family=6, vmac=True, adv=20, accept=False))
    t.master()
    t.bed.tap.during(0.4)
    said = t.bed.host.run("ping", "-c", "2", "-i", "0.2", "-W", "1", "2001:db8::100", check=False)
    t.check("C-102", "100% packet loss" in said, "IPv6 ping: lost")
    t.bed.forget()
    t.bed.send(solicit("2001:db8::100"))
    got = [g for g in t.bed.tap.during(0.7) if not g.to_dut and g.kind == "na" and g.target == "2001:db8::100" and g.flags & 0x40]
    t.check("C-103", len(got) == 1, "neighbour solicitation: %d answers" % len(got))
    t.stop()
    t.start(instance(adv=20, prio=255, vips=["192.0.2.1"], accept=False))
    t.master()
    said = t.bed.host.run("ping", "-c", "2", "-i", "0.2", "-W", "1", "192.0.2.1", check=False)
    t.check("C-104", " 0% packet loss" in said, "an owner accepts: ping answers")


@group
def hosts(t):
    """A host's neighbour entry follows a take-over."""
    t.bed.address(t.bed.peer, "192.0.2.100/24")
    t.bed.host.run("ping", "-c", "1", "-W", "1", "192.0.2.100", check=False)
    old = t.bed.host.run("ip", "neigh", "show", "192.0.2.100")
    t.bed.peer.run("ip", "addr", "del", "192.0.2.100/24", "dev", "eth0")
    t.start(instance(adv=20))
    f = t.master()
    arp = t.bed.tap.until(lambda g: not g.to_dut and g.kind == "arp" and g.spa == "192.0.2.100", 2) or f
    ok = wait(lambda: t.bed.dut_mac in t.bed.host.run("ip", "neigh", "show", "192.0.2.100"), 1)
    t.check("C-95", ok and t.bed.mac(t.bed.peer) in old, "the host's entry moved from %s" % t.bed.mac(t.bed.peer))
    # an owner comes back while another one answers for its address
    t.stop()
    t.bed.address(t.bed.peer, "2001:db8::55/64")
    t.bed.address(t.bed.dut, "2001:db8::100/64")
    t.start(instance(family=6, prio=255, vips=["fe80::100", "2001:db8::100"]))
    t.master()
    t.bed.tap.during(0.3)
    t.check("C-111", "dadfailed" not in t.bed.dut.run("ip", "-6", "addr"), "an owner's addresses: none failed duplicate detection")


@group
def mixed(t):
    if not t.make.own_words:
        return
    t.start(instance(adv=20, extra=["send_v2_and_v3"]))
    f = t.master()
    t.bed.forget()
    got = t.adverts(t.bed.tap.during(2.05))
    two, three = [g for g in got if g.version == 2], [g for g in got if g.version == 3]
    t.check("C-117", abs(len(two) - 10) <= 1 and abs(len(three) - 10) <= 1, "in 2 s of 200 ms: %d of version 2, %d of version 3" % (len(two), len(three)))
    t.stop()
    t.start(instance(adv=20, extra=["send_v2_and_v3"]))
    t.bed.forget()
    t.inject(times=3, gap=0.3, version=2, adv=1, prio=200)
    last = max(g.at for g in t.settle() if g.to_dut and g.kind == "vrrp")
    want, _ = down(100, 20, 100)
    f = t.master(want + 3)
    late = f.at - last - want if f else 99
    t.check("C-118", -EARLY <= late < TOL, "a version 2 master of 1 s: take-over after %.1f ms, formula %.1f" % ((late + want) * 1000, want * 1000))
    t.stop()
    t.start(instance(adv=20, extra=["send_v2_and_v3"]))
    t.bed.forget()
    for _ in range(4):
        t.inject(times=1, adv=20, prio=200)
        t.inject(times=1, version=2, adv=1, prio=200)
        time.sleep(0.15)
    last = max(g.at for g in t.settle() if g.to_dut and g.kind == "vrrp" and g.version == 3)
    want, _ = down(100, 20, 20)
    f = t.master(want + 3)
    late = f.at - last - want if f else 99
    t.check("C-119", -EARLY <= late < TOL + 0.05, "both, 1 s and 200 ms: take-over after %.1f ms, formula %.1f" % ((late + want) * 1000, want * 1000))


@group
def configuration(t):
    d = t.d = t.make(t.bed)
    fine = d.refuses(instance())
    t.check("C-121", fine in (0, 5, 6), "good values: exit %d" % fine)
    for what, bad in (("VRID 0", dict(vrid=0)), ("VRID 256", dict(vrid=256)), ("priority 0", dict(prio=0)), ("priority 256", dict(prio=256)),
                      ("interval 0", dict(adv=0)), ("no address", dict(vips=[]))):
        code = d.refuses(instance(**bad))
        t.check("C-121", code not in (0, 6) and d.findings.strip(), "%s: exit %d, %s" % (what, code, (d.findings.strip().splitlines() or ["nothing"])[0][-60:]))
    code = d.refuses(instance(family=6, vips=["2001:db8::100"]))
    t.check("C-121", "link-local" in d.findings or "link local" in d.findings, "IPv6 without link-local: told")
    t.d = None
    t.bed.address(t.bed.dut, "192.0.2.100/24")
    t.start(instance(prio=255, vips=["192.0.2.100"]))
    f = t.master()
    t.check("C-122", f and f.prio == 255 and f.src in ("192.0.2.1", "192.0.2.100"), "an owner is who has priority 255; it says %s" % (f and f.prio))


@group
def many(t):
    routers = [instance("f%d" % i, vrid=i, adv=100, prio=200, vips=["10.%d.%d.1" % (i // 100 + 1, i)], extra=["garp_master_repeat 1", "garp_master_delay 0"])
               for i in range(1, 256)]
    routers += [instance("s%d" % i, family=6, vrid=i, adv=100, prio=200, vips=["fe80::a:%x" % i], extra=["garp_master_repeat 1", "garp_master_delay 0"])
                for i in range(1, 256)]
    t.start(*routers)
    seen = set()
    end = time.time() + 20
    while time.time() < end and len(seen) < 510:
        for f in t.bed.tap.read(0.2):
            if not f.to_dut and f.kind == "vrrp":
                seen.add((":" in f.src, f.vrid))
    t.check("C-123", len(seen) == 510, "%d of 510 virtual routers advertise" % len(seen))
    want, _ = down(200, 100)
    first = min(f.at for f in t.bed.tap.all if not f.to_dut and f.kind == "vrrp")
    t.check("C-123", time.time() - t.d.began < want + 8, "all %.1f s after exec, formula %.1f" % (time.time() - t.d.began, want))


@group
def reasons(t):
    if not t.make.own_words:
        return
    t.start(instance())
    t.master()
    why = t.d.json()["instances"][0]
    t.check("C-125", why["reason"].startswith("silence"), "no master: %s" % why["reason"])
    t.inject(prio=200)
    ok = wait(lambda: t.d.state() == "BACKUP", 2)
    why = t.d.json()["instances"][0]
    t.check("C-125", ok and "higher priority" in why["reason"], "preempted: %s" % why["reason"])
    t.check("C-124", why["statistics"]["advertisement-rcvd"] == 3, "3 good adverts: advertisement-rcvd %d" % why["statistics"]["advertisement-rcvd"])
    t.inject(times=1, prio=0)
    t.master()
    why = t.d.json()["instances"][0]
    t.check("C-124", why["statistics"]["priority-zero-pkts-rcvd"] == 1, "one of priority 0: priority-zero-pkts-rcvd %d" % why["statistics"]["priority-zero-pkts-rcvd"])
    t.check("C-124", why["statistics"]["master-transitions"] == 2, "master-transitions %d" % why["statistics"]["master-transitions"])
    t.check("C-125", "left" in why["reason"], "its master left: %s" % why["reason"])


@group
def virtual_mac_pair(t):
    """A backup that has the virtual MAC itself hears a master that sends from it."""
    t.start(instance(vmac=True, prio=100, adv=20))
    t.bed.forget()
    for _ in range(15):
        t.inject(times=1, prio=200, eth_src=vmac(10))
        time.sleep(0.1)
    mine = [f for f in t.settle() if t.advert(f)]
    t.check("C-116", not mine, "a master that sends from the same MAC: %d adverts of its own in 1.5 s" % len(mine))
    f = t.master(4)
    t.check("C-116", f, "and takes over when that ends")


@group
def decoder(t):
    """The reference's small messages as a capture, and one that was cut short."""
    if not t.make.own_words:
        return
    d = t.make(t.bed)
    a, b = "192.0.2.251", "fe80::c8"
    vectors = [("210ac802000192edc0000201c00002020000000000000000", a), ("310ac8020064828ac0000201c0000202", a), ("310ac8020064defbc0000201c0000202", a),
               ("310ac8020064dead" + "c0000201c0000202", a),
               ("310a640200643f5dfe80000000000000000000000000000120010db8000000000000000000000001", b)]
    frames = [packet(bytes.fromhex(h), src, GROUP6 if ":" in src else GROUP4, eth_src=vmac(10)) for h, src in vectors]
    long = packet(vrrp(["192.0.2.1%02d" % i for i in range(16)], src=a, dst=GROUP4), a, GROUP4)
    path = "/tmp/conform-%d.pcap" % id(t)

    def pcap(*what):
        with open(path, "wb") as f:
            f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for frame, keep in what:
                f.write(struct.pack("<IIII", 1, 0, len(frame[:keep]), len(frame)) + frame[:keep])
    pcap(*[(f, 9999) for f in frames])
    lines = d.dump("-r", path).strip().splitlines()
    words = d.dump("-v", "-r", path)
    t.check("C-129", len(lines) == 5, "%d lines for 5 messages" % len(lines))
    for want in ("192.0.2.251", "fe80::c8", "192.0.2.1", "2001:db8::1"):
        t.check("C-129", want in words, "says %s" % want)
    kinds = [bool(re.search(r"(?i)bad|wrong", line)) for line in lines]
    t.check("C-129", kinds == [False, False, False, True, False], "the wrong checksum is the fourth: %s" % kinds)
    t.check("C-129", lines[1] != lines[2] and ("pseudo" in lines[1] + lines[2] or "RFC" in lines[1] + lines[2]), "names the form: %s" % lines[1][-60:])
    pcap((long, 60))
    said = d.dump("-r", path)
    t.check("C-130", re.search(r"(?i)cut|captured|snap|short", said) and not re.search(r"(?i)malformed|bad checksum", said), said.strip()[-80:])
    os.unlink(path)


def settle(self):
    time.sleep(0.02)
    self.bed.tap.read()
    return self.bed.tap.all


Test.settle = settle
