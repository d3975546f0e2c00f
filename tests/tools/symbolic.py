#!/usr/bin/env python3
"""symbolic.py FROM TO - copy a shared library, bound to its own symbols.

Sets DF_SYMBOLIC in DT_FLAGS: the dynamic linker then looks up what the library
calls in the library first, so that nobody can interpose its own functions.
For 64-bit little-endian ELF.
"""

import struct
import sys

PT_DYNAMIC = 2
DT_FLAGS = 30
DF_SYMBOLIC = 2


def dynamic_segment(image):
    (offset,) = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    for i in range(count):
        header = offset + i * size
        (kind,) = struct.unpack_from("<I", image, header)
        if kind == PT_DYNAMIC:
            (at,) = struct.unpack_from("<Q", image, header + 8)
            (length,) = struct.unpack_from("<Q", image, header + 32)
            return range(at, at + length, 16)
    sys.exit("symbolic.py: no dynamic segment")


def main():
    with open(sys.argv[1], "rb") as source:
        image = bytearray(source.read())
    for entry in dynamic_segment(image):
        tag, value = struct.unpack_from("<QQ", image, entry)
        if tag == DT_FLAGS:
            struct.pack_into("<Q", image, entry + 8, value | DF_SYMBOLIC)
            break
    else:
        sys.exit("symbolic.py: no DT_FLAGS")
    with open(sys.argv[2], "wb") as target:
        target.write(image)


main()
