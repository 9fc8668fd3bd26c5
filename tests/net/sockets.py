#!/usr/bin/env python3
"""sockets.py PID - the sockets of a running daemon that receive VRRP, a line each: DEVICE FAMILY RCVBUF FILTER
(bytes as the kernel has them, instructions). Needs CAP_SYS_PTRACE."""
import ctypes
import os
import socket
import sys

PIDFD_OPEN, PIDFD_GETFD = 434, 438
SO_GET_FILTER, SO_BINDTODEVICE, SO_PROTOCOL = 26, 25, 38

pid = int(sys.argv[1])
call = ctypes.CDLL(None, use_errno=True).syscall
proc = call(PIDFD_OPEN, pid, 0)
for fd in sorted(map(int, os.listdir("/proc/%d/fd" % pid))):
    if not os.readlink("/proc/%d/fd/%d" % (pid, fd)).startswith("socket:"):
        continue
    got = call(PIDFD_GETFD, proc, fd, 0)
    if got < 0:
        sys.exit("sockets.py: %s" % os.strerror(ctypes.get_errno()))
    s = socket.socket(fileno=got)
    if s.family in (socket.AF_INET, socket.AF_INET6) and s.getsockopt(socket.SOL_SOCKET, SO_PROTOCOL) == 112:
        device = s.getsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, 16).rstrip(b"\0").decode() or "-"
        size = s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        # its length is told in instructions, of which there are fewer than 128
        filt = len(s.getsockopt(socket.SOL_SOCKET, SO_GET_FILTER, 1024))
        print(device, 4 if s.family == socket.AF_INET else 6, size, filt)
    s.close()
