"""serve.py - servers of every kind for check.sh: a port a behaviour. Prints "ready" and a dot line per 1000 answers of `count`."""
import socket
import struct
import threading
import time

OK = b"HTTP/1.1 200 OK\r\n"
answers = 0


def drip(s, data, gap):
    for i in range(len(data)):
        s.sendall(data[i:i + 1])
        time.sleep(gap)


def forever(s, data):
    while True:
        s.sendall(data)


def count(s):
    global answers
    s.recv(4096)
    s.sendall(OK + b"Content-Length: 2\r\n\r\nok")
    answers += 1
    if answers % 1000 == 0:
        print("answers", answers, flush=True)


def after(data, stay=False, split=None, pause=0.02):
    """Read the request, answer with data (in pieces of split bytes), close or stay."""
    def serve(s):
        s.recv(4096)
        for i in range(0, len(data), split or len(data) or 1):
            s.sendall(data[i:i + (split or len(data))])
            if split:
                time.sleep(pause)
        if stay:
            time.sleep(1000)
    return serve


def mirror(s):
    """200 only for GET, Host www.example.org and Connection: close."""
    asked = s.recv(4096)
    fine = asked.startswith(b"GET /health?full HTTP/1.1\r\nHost: www.example.org\r\n") and b"\r\nConnection: close\r\n" in asked
    s.sendall((OK if fine else b"HTTP/1.1 400 Bad\r\n") + b"Content-Length: 0\r\n\r\n")


def head(s):
    fine = s.recv(4096).startswith(b"HEAD ")
    s.sendall((OK if fine else b"HTTP/1.1 405 No\r\n") + b"Content-Length: 1000\r\n\r\n")


def reset(s):
    s.recv(4096)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


PORTS = {
    8001: after(OK + b"Content-Length: 8\r\n\r\nit works"),
    8002: after(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
    8003: after(b"", stay=True),
    8004: lambda s: drip(s, OK + b"X: " + b"y" * 10000, 0.02),
    8005: after(OK + b"Content-Length: 1000\r\n\r\nshort"),
    8006: after(OK + b"Content-Length: 1000\r\n\r\nshort", stay=True),
    8007: after(b""),
    8008: after(b"220 mail.example.org ESMTP\r\n", stay=True),
    8009: lambda s: (s.recv(4096), s.sendall(OK + b"\r\n"), forever(s, b"x" * 65536)),
    8010: lambda s: (s.recv(4096), s.sendall(OK), forever(s, b"X-Y: " + b"z" * 1000 + b"\r\n")),
    8011: after(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nit wo\r\n3\r\nrks\r\n0\r\n\r\n", split=7),
    8012: mirror,
    8013: head,
    8014: reset,
    8015: after(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"\r\nit works"),
    8016: lambda s: drip(s, OK + b"Content-Length: 8\r\n\r\nit works", 0.002),
    8017: after(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", stay=True),
    8018: lambda s: forever(s, b"HTTP/1.1 100 x\r\n\r\n"),
    8019: count,
}


def one(s, serve):
    try:
        serve(s)
    except OSError:
        pass
    s.close()


def listen(port, serve):
    l = socket.socket(socket.AF_INET6)
    l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    l.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    l.bind(("::", port))
    l.listen(64)
    while True:
        s, _ = l.accept()
        if serve is count:
            one(s, serve)
        else:
            threading.Thread(target=one, args=(s, serve), daemon=True).start()


for port, serve in PORTS.items():
    threading.Thread(target=listen, args=(port, serve), daemon=True).start()
time.sleep(0.3)
print("ready", flush=True)
time.sleep(10000)
