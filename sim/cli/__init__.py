"""The command `hudna`: one file a group of commands. Heavy imports stand inside the commands."""

from sim.cli.app import entry, main

__all__ = ["entry", "main"]
