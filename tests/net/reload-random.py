#!/usr/bin/env python3
"""reload-random.py SEED N DIR: writes N configurations 0.conf ... into DIR, each a change of the one before, and with
each N.addr, the addresses a master must then have. Routers 1 to 3 are there in all of them and never change what makes
them this router; whatever else can change, does. With "look FILE" instead: reads tcpdump -tt lines, prints for each of
these routers the adverts, the gaps above 1.5 of the interval that the adverts name, and the largest in ms."""
import random
import re
import sys

ANCHORS = (1, 2, 3)


def vip(vrid, k):
    return f"10.9.{100 + vrid}.{k + 1}"


def some(r, *values):
    return r.choice(values)


def fresh(r, vrid):
    return {"vips": set(r.sample(range(8), r.randint(1, 5))), "prio": 100 + vrid, "lines": {}, "scripts": set(), "excluded": set()}


def change(r, inst):
    what = r.randrange(9)
    if what == 0:
        inst["vips"] ^= {r.randrange(8)}
        inst["vips"] |= {0}
    elif what == 1:
        inst["excluded"] ^= {20 + r.randrange(4)}
    elif what == 2:
        inst["prio"] = r.randint(100, 200)
    elif what == 3:
        inst["lines"]["advert_int"] = some(r, "0.1", "0.12", "0.15")
    elif what == 4:
        inst["lines"]["notify"] = some(r, '"/bin/true"', '"/bin/echo a"')
    elif what == 5:
        inst["scripts"] ^= {r.choice("abc")}
    elif what == 6:
        word = some(r, "garp_master_delay", "garp_master_refresh", "preempt_delay", "garp_lower_prio_repeat")
        inst["lines"][word] = str(r.randint(1, 9))
    elif what == 7:
        word = some(r, "nopreempt", "lower_prio_no_advert", "higher_prio_send_advert", "dont_track_primary")
        if word in inst["lines"]:
            del inst["lines"][word]
        else:
            inst["lines"][word] = ""
    else:
        inst["lines"]["v3_checksum"] = some(r, "keepalived", "rfc", "auto")


def text(world):
    out = ["global_defs {", " vrrp_version 3", " vrrp_garp_master_repeat 1", f" router_id {world['id']}", " script_user root", "}"]
    for name in sorted(world["scripts"]):
        out += [f"vrrp_script {name} {{", f" script \"{world['scripts'][name]}\"", " interval 1", " weight 2", "}"]
    for vrid in world["order"]:
        i = world["inst"][vrid]
        out += [f"vrrp_instance V{vrid} {{", " interface eth0", f" virtual_router_id {vrid}", f" priority {i['prio']}"]
        if "advert_int" not in i["lines"]:
            out.append(" advert_int 0.1")
        out += [f" {w} {v}" for w, v in i["lines"].items()]
        out += [" virtual_ipaddress {"] + [f"  {vip(vrid, k)}/32" for k in sorted(i["vips"])] + [" }"]
        if i["excluded"]:
            out += [" virtual_ipaddress_excluded {"] + [f"  {vip(vrid, k)}/32" for k in sorted(i["excluded"])] + [" }"]
        if i["scripts"]:
            out += [" track_script {"] + [f"  {s}" for s in sorted(i["scripts"])] + [" }"]
        out.append("}")
    return "\n".join(out) + "\n"


def write(seed, n, directory):
    r = random.Random(seed)
    world = {"id": 0, "scripts": {c: "/bin/true" for c in "abc"}, "inst": {v: fresh(r, v) for v in ANCHORS}, "order": list(ANCHORS)}
    for k in range(n):
        for _ in range(r.randint(0, 3)):
            change(r, world["inst"][r.choice(world["order"])])
        if r.random() < 0.3:
            world["id"] += 1
        if r.random() < 0.2:
            world["scripts"][r.choice("abc")] = some(r, "/bin/true", "/bin/true x", "vrrp-check file /")
        if r.random() < 0.3:
            vrid = r.randint(4, 9)
            if vrid in world["inst"]:
                del world["inst"][vrid]
                world["order"].remove(vrid)
            else:
                world["inst"][vrid] = fresh(r, vrid)
                world["order"].insert(r.randrange(len(world["order"]) + 1), vrid)
        if r.random() < 0.2:
            r.shuffle(world["order"])
        with open(f"{directory}/{k}.conf", "w") as f:
            f.write(text(world))
        with open(f"{directory}/{k}.addr", "w") as f:
            both = [vip(v, a) for v, i in world["inst"].items() for a in i["vips"] | i["excluded"]]
            f.write("".join(f"{a}\n" for a in sorted(both)))


def look(path):
    seen = {}
    for line in open(path):
        m = re.match(r"([0-9.]+) IP .*vrid (\d+), prio (\d+),.* intvl (\d+)cs", line)
        if not m or int(m[2]) not in ANCHORS:
            continue
        at, vrid, prio, cs = float(m[1]), int(m[2]), int(m[3]), int(m[4])
        s = seen.setdefault(vrid, {"n": 0, "late": 0, "worst": 0.0, "zero": 0, "last": None, "cs": cs})
        if s["last"] is not None:
            gap = at - s["last"]
            s["late"] += gap > 1.5 * max(cs, s["cs"]) / 100
            s["worst"] = max(s["worst"], gap)
        s["n"] += 1
        s["zero"] += prio == 0
        s["last"], s["cs"] = at, cs
    for vrid, s in sorted(seen.items()):
        print(vrid, s["n"], s["late"], s["zero"], int(s["worst"] * 1000))


if sys.argv[1] == "look":
    look(sys.argv[2])
else:
    write(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
