"""The versions that a result was made with: Hudna's own, and those of the libraries that decide numbers."""

__version__ = "0.1.0"

LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "mesa", "hydra-core", "pydantic", "matplotlib")


def library_version(name: str) -> str:
    """The installed version of a library."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not found"
