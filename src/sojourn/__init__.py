"""Sojourn: real-time customer journey orchestration."""


def __getattr__(name: str) -> str:
    """`__version__`, read when somebody asks: that takes longer than most imports."""
    if name != "__version__":
        raise AttributeError(f"module 'sojourn' has no attribute '{name}'")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sojourn")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0.0.0"
