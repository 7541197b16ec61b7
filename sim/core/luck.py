"""Luck: every draw is a pure function of (seed, stream, day, id, ordinal).

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy
as 1, 2, 3"): the run's seed is its key, and what the draw is for is its counter. There is no state, so
no draw can move another one: switching off an event or adding a resident leaves everybody else's luck
alone, on every day and in every branch.

Words of the counter: id low, id high, (stream << 16 | day), ordinal. Ids are permanent 64-bit numbers,
never row numbers. Days run from 0 to 65,535.
"""

from __future__ import annotations

import functools
import math
import zlib

import numpy as np
from numba import njit

from sim.core.compiler import kernel


class Stream:
    """What a draw is for. Numbers are permanent: a new stream takes a new number.

    Plain integers and no IntEnum: numba takes 100 us to look at an enum member in each call.
    """

    EVENT_ID = 0
    SUSCEPTIBILITY = 1
    REST_FEAR = 2
    THRESHOLD = 3
    MUSTER = 4
    VISIT = 5
    LEAVE = 6
    RETURN = 7
    HAZARD = 8
    VICTIM = 9
    ANSWERS = 10
    DELAY = 11
    RELEASE = 12
    CASUALTIES = 13
    PLACE = 14
    CHOICE = 15
    DURATION = 16
    NEWCOMER = 17
    JOINING = 18
    DESERTING = 19
    RECORD = 20


_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_16 = np.uint64(16)
_11 = np.uint64(11)
_2P53 = 9007199254740992.0  # 2**53


# Written out round by round and pasted into their callers (inline="always"), so that a loop over draws has no
# loop in it: then the compiler draws eight at a time (`fill_uniform`: a tenth of the time).
@njit(inline="always")
def _two_rounds(k0, k1, c0, c1, c2, c3):  # type: ignore[no-untyped-def]
    """Two rounds of Philox4x32, with the keys that follow."""
    p0 = _M0 * c0
    p1 = _M1 * c2
    c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
    k0 = (k0 + _W0) & _LOW
    k1 = (k1 + _W1) & _LOW
    p0 = _M0 * c0
    p1 = _M1 * c2
    c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
    return (k0 + _W0) & _LOW, (k1 + _W1) & _LOW, c0, c1, c2, c3


@njit(inline="always")
def philox(k0, k1, c0, c1, c2, c3):  # type: ignore[no-untyped-def]
    """Ten rounds of Philox4x32: the counter c0 to c3 under the key k0, k1.

    All arguments and results: uint64 scalars holding 32-bit words.
    """
    k0, k1, c0, c1, c2, c3 = _two_rounds(k0, k1, c0, c1, c2, c3)
    k0, k1, c0, c1, c2, c3 = _two_rounds(k0, k1, c0, c1, c2, c3)
    k0, k1, c0, c1, c2, c3 = _two_rounds(k0, k1, c0, c1, c2, c3)
    k0, k1, c0, c1, c2, c3 = _two_rounds(k0, k1, c0, c1, c2, c3)
    k0, k1, c0, c1, c2, c3 = _two_rounds(k0, k1, c0, c1, c2, c3)
    return c0, c1, c2, c3


@njit(inline="always")
def words(seed, stream, day, ident, ordinal):  # type: ignore[no-untyped-def]
    """Return the four 32-bit words (as uint64) of one draw; for loops that draw eight at a time.

    All arguments are non-negative integers: seed and ident of 64 bits, stream and day of 16, ordinal of 32.
    """
    s = np.uint64(seed)
    i = np.uint64(ident)
    place = (np.uint64(stream) << _16) | np.uint64(day)
    return philox(s & _LOW, s >> _32, i & _LOW, i >> _32, place, np.uint64(ordinal))


@njit(inline="always")
def _draw_one(seed, stream, day, ident, ordinal):  # type: ignore[no-untyped-def]
    """The same by a generator that is compiled once, and not for each stream."""
    s = np.uint64(seed)
    i = np.uint64(ident)
    place = (np.uint64(stream) << _16) | np.uint64(day)
    return _generator(s & _LOW, s >> _32, i & _LOW, i >> _32, place, np.uint64(ordinal))


@kernel
def _generator(k0, k1, c0, c1, c2, c3):  # type: ignore[no-untyped-def]
    """`philox` as a function of its own; compiling it for each caller took a fifth of all compilation."""
    return philox(k0, k1, c0, c1, c2, c3)


@kernel
def _unit(high, low):  # type: ignore[no-untyped-def]
    """Two 32-bit words -> float64 above 0 and below 1, 53 bits fine; the last of these is rounded up to 1."""
    bits = ((high << _32) | low) >> _11
    return (float(bits) + 0.5) / _2P53


@kernel
def uniform(seed, stream, day, ident, ordinal):  # type: ignore[no-untyped-def]
    """One float64 above 0 and below 1, uniform; by rounding it is 1 itself once in 2^53 draws."""
    a, b, _, _ = _draw_one(seed, stream, day, ident, ordinal)
    return _unit(a, b)


@kernel
def chance(seed, stream, day, ident, ordinal, p):  # type: ignore[no-untyped-def]
    """True with probability p, compared as 53-bit integers, so that p = 1e-9 is met to 1e-7 of itself.

    A p below 0, or nan, counts as 0, one above 1 as 1.
    """
    if p >= 1.0:
        return True
    if not p > 0.0:
        return False
    a, b, _, _ = _draw_one(seed, stream, day, ident, ordinal)
    return (((a << _32) | b) >> _11) < np.uint64(p * _2P53)


@kernel
def exponential(seed, stream, day, ident, ordinal):  # type: ignore[no-untyped-def]
    """A clock that rings at rate 1: float64, not negative, mean 1."""
    return -math.log(uniform(seed, stream, day, ident, ordinal))


@kernel
def normal(seed, stream, day, ident, ordinal):  # type: ignore[no-untyped-def]
    """A standard normal float64 (Box-Muller)."""
    a, b, c, d = _draw_one(seed, stream, day, ident, ordinal)
    return math.sqrt(-2.0 * math.log(_unit(a, b))) * math.cos(2.0 * math.pi * _unit(c, d))


@kernel
def poisson(seed, stream, day, ident, ordinal, mean):  # type: ignore[no-untyped-def]
    """A Poisson count by inversion of one uniform: it never falls when `mean` rises.

    A mean above 500 counts as 500; one that is not above 0 gives 0.
    """
    if not mean > 0.0:
        return 0
    u = uniform(seed, stream, day, ident, ordinal)
    mean = min(mean, 500.0)
    term = math.exp(-mean)
    total = term
    n = 0
    while u > total and n < 2000:
        n += 1
        term *= mean / n
        total += term
    return n


@kernel
def fill_uniform(seed, stream, day, idents, out):  # type: ignore[no-untyped-def]
    """Write `uniform` of each id (int64[n]), at ordinal 0, into `out` (float64[n])."""
    for i in range(idents.shape[0]):
        a, b, _, _ = words(seed, stream, day, idents[i], 0)
        out[i] = (float(((a << _32) | b) >> _11) + 0.5) / _2P53


@kernel
def fill_normal(seed, stream, day, idents, out):  # type: ignore[no-untyped-def]
    """Write `normal` of each id (int64[n]), at ordinal 0, into `out` (float64[n])."""
    for i in range(idents.shape[0]):
        out[i] = normal(seed, stream, day, idents[i], 0)


@kernel
def lucky(seed, stream, day, idents, ordinal, p):  # type: ignore[no-untyped-def]
    """For each id (int64[n]) whether `chance` is true: bool[n]."""
    out = np.empty(idents.shape[0], np.bool_)
    bar = np.uint64(min(max(p, 0.0), 1.0) * _2P53)
    for i in range(idents.shape[0]):
        a, b, _, _ = words(seed, stream, day, idents[i], ordinal)
        out[i] = (((a << _32) | b) >> _11) < bar
    return out


@kernel
def identify(a, b, c, d):  # type: ignore[no-untyped-def]
    """A permanent 62-bit id made from four integers (each cut to 32 bits), by the same generator.

    Bit 61 is always set, so that an id made here never meets an initial resident's small id.
    """
    w0, w1, _, _ = _generator(
        np.uint64(0x48756E61),
        np.uint64(0x54727563),
        np.uint64(a) & _LOW,
        np.uint64(b) & _LOW,
        np.uint64(c) & _LOW,
        np.uint64(d) & _LOW,
    )
    mixed = ((w0 << _32) | w1) & np.uint64(0x1FFFFFFFFFFFFFFF)
    return np.int64(mixed | np.uint64(0x2000000000000000))


def fresh_seed(seed: int, luck: int) -> int:
    """The seed of the `luck`-th fresh luck of a run: a permanent 62-bit number; 0 is the run's own luck."""
    key = name_key("fresh luck")
    return int(identify(seed & 0xFFFFFFFF, seed >> 32, key, luck)) if luck else seed


@functools.cache
def name_key(name: str) -> int:
    """A permanent 32-bit number for a name (CRC-32 of its UTF-8), the same on every machine."""
    return zlib.crc32(name.encode())
