"""Finished runs that the tests of tables, files and commands share."""

from __future__ import annotations

from functools import cache

import worlds
from carbonpeak.output.data import RunData
from carbonpeak.workflow.chain import compute

# The smallest PNG: one transparent pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc33000000"
    "0049454e44ae426082"
)


@cache
def computed(name: str = "yangjiang") -> RunData:
    """Run the chain without files once for all tests; nobody changes it."""
    return compute(worlds.MINIMAL if name == "minimal" else worlds.SHIPPED / name)
