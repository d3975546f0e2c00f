"""deaf.py - a user without rights who asks the kernel's audit what he may not,
400 times, and reads none of the refusals; until standard input ends."""

import os
import socket
import struct
import sys

NOBODY = 65534
AUDIT = 9
AUDIT_GET = 1000
REQUEST_AND_ACK = 1 | 4

os.setgroups([])
os.setgid(NOBODY)
os.setuid(NOBODY)
deaf = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK,
                     AUDIT)
deaf.bind((0, 0))
for number in range(400):
    deaf.sendto(struct.pack("=IHHII", 16, AUDIT_GET, REQUEST_AND_ACK,
                            number + 1, 0), (0, 0))
print("deaf", flush=True)
sys.stdin.read()
