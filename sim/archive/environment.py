"""What lies around a result: version, platform, Python, libraries; and what of it is another one here."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

from sim.version import __version__, library_version


def environment_differences(manifest: Mapping[str, Any]) -> list[str]:
    """A line for each thing that is not as it was when the result was made."""
    here = {
        "hudna": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{name: library_version(name) for name in manifest.get("versions", {})},
    }
    there = {
        **{name: manifest.get(name, "not told") for name in ("hudna", "python", "platform")},
        **manifest.get("versions", {}),
    }
    return [f"{name}: {there[name]} there, {here[name]} here" for name in there if there[name] != here[name]]


def environment_text(manifest: Mapping[str, Any]) -> str:
    """What a result was made with, as a list of requirements with a heading."""
    lines = [
        f"# Python {manifest.get('python')} on {manifest.get('platform')}",
        f"hudna=={manifest['hudna']}",
    ]
    lines += [f"{name}=={number}" for name, number in sorted(manifest.get("versions", {}).items())]
    return "\n".join(lines) + "\n"
