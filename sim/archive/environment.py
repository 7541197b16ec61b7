"""What lies around a result, as a list of requirements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def environment_text(manifest: Mapping[str, Any]) -> str:
    """What a result was made with, from its manifest: lines "name==version" under a heading."""
    lines = [
        f"# Python {manifest.get('python')} on {manifest.get('platform')}",
        f"hudna=={manifest['hudna']}",
    ]
    lines += [f"{name}=={number}" for name, number in sorted(manifest.get("versions", {}).items())]
    return "\n".join(lines) + "\n"
