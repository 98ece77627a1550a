"""Users without an account, whose name is their IP address."""

from __future__ import annotations


def stored(name: str) -> str | None:
    """Return an IP address as MediaWiki stores it (IPUtils::sanitizeIP), None if it is none.

    Desktop pages show one of IPv6 shortened and in small letters.
    """
    from ipaddress import IPv6Address, ip_address  # only few pages need it

    if not name or "%" in name or not (":" in name or name[-1].isdecimal()):
        return None  # a zone, as in fe80::1%eth0, is no part of an address that a wiki sees
    try:
        address = ip_address(name)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return ":".join(f"{int(group, 16):X}" for group in address.exploded.split(":"))
    return name
