"""Inputs spoilt by chance, from a seed: texts, bytes, values of overrides."""

from __future__ import annotations

import random

SNIPPETS = (
    "\t", "\ufeff", "\0", "nan", ".inf", "1e999", "-1", "0x10", "010", "1:30", "1e-3", "&a [*a]", "*a", "=",
    "!!python/name:os", "!!binary aGk=", "${oc.env:HOME}", "${", "}", "{", "[", "]", "'", '"', ": ", "# ",
    "- ", "---\n", "null", "~", "true", "é", "\u202e", "9" * 400, "a" * 3000, "\n", "\r", "[[[[[[[[", "? x",
    "<<: *a", "2026-11-26",
)  # fmt: skip
VALUES = (
    "", "nan", "inf", "-inf", "1e999", "-1", "0", "1", "0.5", "1e-3", "010", "0x10", "1_000", "true", "null",
    "[]", "{}", "[1,2]", "{a: 1}", "abc", "'x'", '"', "'", "${seed}", "${oc.env:HOME}", "${nothing}", "???",
    "2026-11-26", "range(0,1,1e-30)", "1,2", "choice(1,2)", "interval(0,1)", "é", "9" * 400, "\t", "a=b", "[",
    "{", "\\", "1:30",
)  # fmt: skip


def spoil_text(text: str, luck: random.Random) -> str:
    """One to three changes: something put in, a line lost, doubled or moved, a piece cut off."""
    for _ in range(luck.randint(1, 3)):
        lines = text.splitlines(keepends=True) or [""]
        k = luck.randrange(len(lines))
        how = luck.randrange(6)
        if how == 0:
            at = luck.randint(0, len(text))
            text = text[:at] + luck.choice(SNIPPETS) + text[at:]
        elif how == 1:
            text = "".join(lines[:k] + lines[k + 1 :])
        elif how == 2:
            text = "".join([*lines[: k + 1], *lines[k:]])
        elif how == 3:
            luck.shuffle(lines)
            text = "".join(lines)
        elif how == 4:
            text = text[: luck.randint(0, len(text))]
        else:
            key, colon, _ = lines[k].partition(":")
            lines[k] = f"{key}{colon} {luck.choice(SNIPPETS)}\n"
            text = "".join(lines)
    return text


def spoil_bytes(content: bytes, luck: random.Random) -> bytes:
    """A bit, a run of bytes or the end is changed."""
    how, at = luck.randrange(5), luck.randrange(max(1, len(content)))
    if how == 0:
        return content[:at]
    if how == 1:
        return content[:at] + bytes([content[at] ^ (1 << luck.randrange(8))]) + content[at + 1 :]
    if how == 2:
        return content[:at] + luck.randbytes(luck.randint(1, 40)) + content[at + luck.randint(0, 40) :]
    if how == 3:
        return content[:at] + content[at // 2 : at] + content[at:]
    return luck.randbytes(luck.randint(0, 200))


def spoil_override(keys: list[str], luck: random.Random) -> str:
    """An override of a key, right or nearly so, with a value of any sort."""
    key = luck.choice(keys)
    if luck.random() < 0.3:
        at = luck.randint(0, len(key))
        key = key[:at] + luck.choice(("", ".", "x", "=", "+", "~", "@", "/", " ", "é", "[0]")) + key[at + 1 :]
    sign = luck.choice(("", "", "", "+", "++", "~"))
    return f"{sign}{key}={luck.choice(VALUES)}"
