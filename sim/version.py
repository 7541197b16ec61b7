"""The versions that a result was made with: Hudna's own, and those of the libraries that decide numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__version__ = "0.1.0"

LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "mesa", "hydra-core", "pydantic", "matplotlib")


def library_version(name: str) -> str:
    """The installed version of a library."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not found"


def environment_differences(manifest: Mapping[str, Any]) -> list[str]:
    """A line for each thing that is not as it was when the result of this manifest was made."""
    import platform

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
