"""What the reading process gives up before it looks at a stranger's file.

Limits of the kernel (getrlimit(2)) stay for good: whatever a file makes the process do, it takes no more
than this, and without a further descriptor it reaches no file, no network and no other program.
"""

from __future__ import annotations

import codecs
import os
import resource

from search.reading import MEGABYTE

MEMORY = 512 * MEGABYTE
CPU_SECONDS = 40
LARGEST_ANSWER = 32 * MEGABYTE
NOBODY = 65_534

CODECS = (
    "ascii", "big5", "big5hkscs", "charmap", "cp1252", "cp437", "cp949", "euc_jp", "euc_kr", "gb18030",
    "gb2312", "gbk", "iso2022_jp", "latin-1", "mac-roman", "shift_jis", "utf-8", "utf-8-sig", "utf-16",
    "utf-16-be", "utf-16-le", "utf-32", "unicode-escape",
)  # fmt: skip
"""Encodings that texts are written in: Python loads them from files, which is not possible later."""


def confine() -> None:
    """Give up what is not needed: memory, time, files, network, children, and root's rights."""
    for name in CODECS:
        codecs.lookup(name)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))  # the first is told from a kill
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER, LARGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # what is open stays so; nothing new can be opened
