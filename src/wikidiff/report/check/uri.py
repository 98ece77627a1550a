"""Paths of findings as other programs want them."""

from __future__ import annotations

from urllib.parse import quote


def relative(path: str) -> str:
    """Return a path as a relative URI reference (RFC 3986), percent-encoded; a URL as it is.

    An absolute path becomes one from the root: SARIF viewers resolve against the repository.
    """
    if path.startswith(("https://", "http://")):
        return quote(path, safe="/:?&=#%+,;@!~*'()[]$")
    parts = path.replace("\\", "/").lstrip("/")
    parts = parts.removeprefix("./")
    encoded = quote(parts, safe="/~!$&'()*+,;=@", errors="surrogatepass")
    return encoded or "."
