#!/usr/bin/python3
"""fetch.py ADDR [PERIOD_MS] - a client that cannot wait: a new request every 10 ms, whatever became of the last ones.
For each answer one line on stdout: milliseconds since boot, and the first line of its body."""
import errno
import select
import socket
import sys
import time

REQUEST = b"GET / HTTP/1.0\r\n\r\n"
LIFE = 0.9  # seconds a request may take: a repeated SYN would measure TCP's patience instead of the network


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def start(addr):
    s = socket.socket(socket.AF_INET6 if ":" in addr else socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    return s if s.connect_ex((addr, 80)) in (0, errno.EINPROGRESS) else s.close()


def advance(s, got):
    """One step of a request: None to go on, bytes when it is over (empty: it failed)."""
    try:
        if got is None:
            s.send(REQUEST)
            return None
        data = s.recv(4096)
        return None if data and not got.append(data) else b"".join(got)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def main(addr, period):
    poll, live = select.poll(), {}
    due = now()
    while True:
        if now() >= due:
            s = start(addr)
            if s:
                live[s.fileno()] = [s, now() + LIFE, None]
                poll.register(s, select.POLLOUT)
            due = max(due + period, now() - period)
        for fd, _ in poll.poll(max(0, (due - now()) * 1000)):
            r = live[fd]
            answer = advance(r[0], r[2])
            if r[2] is None:
                r[2] = []
                poll.modify(fd, select.POLLIN)
            if answer:
                body = answer.split(b"\r\n\r\n", 1)[-1].split(b"\n")[0].decode("ascii", "replace")
                print(int(now() * 1000), body, flush=True)
            if answer is not None:
                r[1] = 0
        for fd in [f for f, r in live.items() if r[1] < now()]:
            poll.unregister(fd)
            live.pop(fd)[0].close()


main(sys.argv[1], float(sys.argv[2] if len(sys.argv) > 2 else 10) / 1000)
