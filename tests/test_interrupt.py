"""An interrupt that a library swallows is heeded all the same, and nothing is printed of it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

import pytest

from sim.interrupt import check_interrupt, deferred_interrupts


@pytest.fixture
def usual_interrupt():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_inside_a_callback_of_c_is_heeded_later_and_silent(usual_interrupt, monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    swallow = ctypes.CFUNCTYPE(None)(lambda: os.kill(os.getpid(), signal.SIGINT))
    with deferred_interrupts():
        swallow()
        with pytest.raises(KeyboardInterrupt):
            check_interrupt()
    assert told == []
    check_interrupt()  # over: nothing is left of it


def test_other_things_that_cannot_be_raised_are_still_told(usual_interrupt, monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: told.append(unraisable.exc_type))
    with deferred_interrupts():
        ctypes.CFUNCTYPE(None)(lambda: 1 / 0)()
    assert told == [ZeroDivisionError]
