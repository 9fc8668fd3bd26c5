#!/usr/bin/env python3
"""clients.py SOCKET HOW [ARG] - clients of the control socket that vrrp-state never is. Prints what came of it.

raw TEXT       sends it (with \\n and \\0 as in C), reads to the end
half TEXT      sends it, closes
silent N       N connections that say nothing, until the other side ends them all: seconds it took
flood N TEXT   N connections at the same time, then one request on each: how many whole answers
extra N        N silent ones, then one more: what that one hears
fast N TEXT    one after the other, N times: milliseconds to the whole answer
junk ADDR RATE  datagrams of protocol 112 from ADDR to the group, RATE a second until TERM; what it was
deaf TEXT      asks again and again on one connection each without reading, 20 of them: seconds until all are ended
"""
import select
import signal
import socket
import sys
import time


def dial(path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(path)
    return s


def text(arg):
    return arg.encode().decode("unicode_escape").encode("latin-1")


def read(s):
    data = b""
    while True:
        try:
            piece = s.recv(65536)
        except ConnectionResetError:
            break
        if not piece:
            break
        data += piece
    return data


def ended(socks, limit):
    """Seconds until the other side has closed all of them."""
    began = time.monotonic()
    poll = select.poll()
    for s in socks:
        poll.register(s, 0)  # hang-up only
    left = len(socks)
    while left and time.monotonic() < began + limit:
        for fd, _ in poll.poll(1000):
            poll.unregister(fd)
            left -= 1
    return "%d left" % left if left else "%d" % round(time.monotonic() - began)


def junk(addr, rate):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(addr))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    s.connect(("224.0.0.18", 0))
    frame = b"\x31\x07\xff\x01\x00\x1e\xde\xad\x0a\x09\x01\x01"
    going, sent, began = [True], 0, time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: going.clear())
    print("started", flush=True)
    while going:
        for _ in range(min(500, int((time.monotonic() - began) * rate) - sent)):
            s.send(frame)
            sent += 1
    print("%d junk packets/s arrive" % (sent / (time.monotonic() - began)), flush=True)


def main(path, how, *args):
    if how == "raw":
        s = dial(path)
        try:
            s.sendall(text(args[0]))
        except BrokenPipeError:
            pass
        sys.stdout.write(read(s).decode("latin-1"))
    elif how == "half":
        s = dial(path)
        s.sendall(text(args[0]))
        s.close()
    elif how == "silent":
        print(ended([dial(path) for _ in range(int(args[0]))], 30))
    elif how == "flood":
        socks = [dial(path) for _ in range(int(args[0]))]
        for s in socks:
            s.sendall(text(args[1]))
        answers = [read(s) for s in socks]
        whole = [a for a in answers if a.startswith(b"OK\n") and a.endswith(b"\n.\n")]
        print(len(whole), "whole")
    elif how == "extra":
        socks = [dial(path) for _ in range(int(args[0]))]
        time.sleep(0.5)
        sys.stdout.write(read(dial(path)).decode())
        del socks
    elif how == "fast":
        took = []
        for _ in range(int(args[0])):
            began = time.monotonic()
            s = dial(path)
            s.sendall(text(args[1]))
            assert read(s).endswith(b"\n.\n")
            took.append((time.monotonic() - began) * 1000)
        took.sort()
        print("median %d ms, %.1f to %.1f ms" % (round(took[len(took) // 2]), took[0], took[-1]))
    elif how == "junk":
        junk(args[0], int(args[1]))
    elif how == "deaf":
        socks = []
        for _ in range(20):
            s = dial(path)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.sendall(text(args[0]))
            socks.append(s)
        print(ended(socks, 30))


main(*sys.argv[1:])
