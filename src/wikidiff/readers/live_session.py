"""A web session that does what a guest on other people's wikis should, and trusts nobody.

It names itself, waits when it is told to (Retry-After, also of `maxlag`), reads bodies up to a
limit in bytes and seconds, goes to no other host than it was sent to, and to addresses of private
networks only where that is asked for. Sources: Wikimedia's User-Agent policy, Manual:Maxlag
parameter, RFC 9110 section 10.2.3 (Retry-After).
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time  # noqa: TID251 - waiting for others is this module's work; no result depends on it
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.version import VERSION

PRIVATE, HTTP, REDIRECTS = "private", "http", "redirects"
"""What may be allowed: addresses of private networks and this machine, connections that are not
encrypted, redirects to other hosts."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,8000}")  # RFC 6750, section 2.1
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_BLOCK = 1 << 16


def user_agent() -> str:
    """Return how requests name this program; $WIKIDIFF_CONTACT adds whom to write to."""
    contact = "".join(filter(str.isprintable, os.environ.get("WIKIDIFF_CONTACT", "")))
    return f"wikidiff/{VERSION} (reads diffs for one person{contact and f'; {contact}'})"


class Session(requests.Session):
    """A session for one wiki; `allowed` holds some of PRIVATE, HTTP and REDIRECTS.

    Raises ReadError with a line to show for all that goes wrong on the way.
    """

    def __init__(self, home: str, *, token: str | None, allowed: frozenset[str]) -> None:
        super().__init__()
        if token is not None and not _TOKEN.fullmatch(token):  # a header's error would repeat it
            raise ReadError("--token", "holds characters that no token has", "check it")
        self.trust_env = False  # ~/.netrc would send passwords; proxies are taken below
        self.allowed = allowed
        self.headers["User-Agent"] = user_agent()
        self._home = urlsplit(home)
        self._token = token
        guard = _Guard(private=PRIVATE in allowed)
        self._guard = guard
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(guard))

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
        """Return a whole answer; waits and asks again where the wiki says that it is busy."""
        for attempt in range(limits.LIVE_TRIES):
            made = self._followed(method, url, options)
            wait = _wait(made)
            if wait is None:
                return made
            if wait > limits.LIVE_WAIT or attempt == limits.LIVE_TRIES - 1:
                told = f"is busy ({made.status_code}) and asks to wait {wait} seconds"
                raise ReadError(told_of(url), told, "ask again later")
            time.sleep(wait)
        raise AssertionError("LIVE_TRIES is at least 1")

    def _followed(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        for _ in range(limits.LIVE_REDIRECTS):
            made = self._once(method, url, options)
            if made.status_code not in _REDIRECTS or "Location" not in made.headers:
                return made
            target = urljoin(made.url, made.headers["Location"])
            self._check_redirect(url, target)
            url, options = target, {**options, "params": None}
        told = f"more than {limits.LIVE_REDIRECTS} redirects"
        raise ReadError(told_of(url), told, "give the address where they end")

    def _check_redirect(self, url: str, target: str) -> None:
        here, there = urlsplit(url), urlsplit(target)
        if (there.hostname, there.port) != (here.hostname, here.port):
            upgraded = there.hostname == here.hostname and there.scheme == "https"
            if not upgraded and REDIRECTS not in self.allowed:
                told = f"redirects to another host, {there.netloc.rpartition('@')[2]}"
                way_out = "give that address, or --allow redirects"
                raise ReadError(told_of(url), told, way_out)

    def _once(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        there = urlsplit(url)
        if there.scheme not in ("https", "http"):
            raise ReadError(told_of(url), f"{there.scheme}: is not fetched", "give https:")
        if there.scheme == "http" and not self._may_be_plain(there.hostname or ""):
            if _is_loopback(there.hostname or ""):
                raise ReadError(told_of(url), "is on this machine", "--allow private asks for it")
            raise ReadError(told_of(url), "is not encrypted", "give https:, or --allow http")
        headers = {**(options.get("headers") or {}), **self._authorization(url)}
        options = {
            **options,
            "headers": headers,
            "allow_redirects": False,
            "stream": True,
            "timeout": (limits.LIVE_CONNECT_SECONDS, limits.LIVE_READ_SECONDS),
            "proxies": {} if PRIVATE in self.allowed else get_environ_proxies(url),
            "verify": os.environ.get("REQUESTS_CA_BUNDLE") or True,
        }
        with _named(url), self._guard.deadline():
            made = super().request(method, url, **options)
            with made:
                made._content = b"".join(_body(made, url))  # read up to the limit
        return made

    def _may_be_plain(self, host: str) -> bool:
        return HTTP in self.allowed or (PRIVATE in self.allowed and _is_loopback(host))

    def _authorization(self, url: str) -> dict[str, str]:
        """Return the token's header for the wiki itself, on a way that nobody can listen on."""
        there = urlsplit(url)
        home = (self._home.hostname, self._home.port) == (there.hostname, there.port)
        if self._token is None or not home:
            return {}
        if there.scheme != "https" and not _is_loopback(there.hostname or ""):
            return {}
        return {"Authorization": f"Bearer {self._token}"}


def told_of(url: str) -> str:
    """Return an address as messages name it: without a user's name and password."""
    there = urlsplit(url)
    return there._replace(netloc=there.netloc.rpartition("@")[2], fragment="").geturl()


def _body(made: requests.Response, url: str) -> Iterator[bytes]:
    """Yield an answer's body, unpacked; raises ReadError above the limit."""
    seen = 0
    while block := made.raw.read1(_BLOCK, decode_content=True):
        seen += len(block)
        if seen > limits.LIVE_BYTES:
            told = f"an answer of more than {limits.LIVE_BYTES >> 20} MiB"
            raise ReadError(told_of(url), told, "ask for less")
        yield block


@contextmanager
def _named(url: str) -> Iterator[None]:
    """Turn the library's errors into a line that names the address and the trouble."""
    try:
        yield
    except ReadError:
        raise
    except requests.exceptions.SSLError as error:
        raise ReadError(told_of(url), f"no safe connection: {_core(error)}", "check it") from None
    except requests.exceptions.Timeout:
        told = f"gave no answer for {limits.LIVE_READ_SECONDS} seconds"
        raise ReadError(told_of(url), told, "ask again later") from None
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        if (found := _refused(error)) is not None:
            raise ReadError(told_of(url), found.told, found.way_out) from None
        raise ReadError(told_of(url), f"cannot be had: {_core(error)}", "check it") from None
    except Exception as error:  # urllib3's own, while a body is read
        raise ReadError(told_of(url), f"broke off: {_core(error)}", "ask again") from None


def _core(error: BaseException) -> str:
    """Return the innermost reason of a chain of errors, short."""
    reason: object = error
    for _ in range(8):
        inner = getattr(reason, "reason", None) or next(iter(getattr(reason, "args", ())), None)
        if not isinstance(inner, BaseException):
            break
        reason = inner
    told = " ".join(str(reason).split()).split(": ", 1)
    return told[-1][: limits.QUOTED_CHARS] or type(error).__name__


class _Refused(OSError):
    """A connection that is not made, or was cut."""

    def __init__(self, told: str, way_out: str) -> None:
        super().__init__(told, way_out)
        self.told = told
        self.way_out = way_out


def _refused(error: BaseException) -> _Refused | None:
    """Return the refusal that a chain of errors comes from."""
    todo: list[object] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        if isinstance(one, _Refused):
            return one
        seen.add(id(one))
        todo += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]
    return None


def _wait(made: requests.Response) -> int | None:
    """Return how many seconds the wiki asks to wait, None where it has answered."""
    lagged = "X-Database-Lag" in made.headers
    if made.status_code not in _BUSY and not lagged:
        return None
    return max(_seconds(made.headers.get("Retry-After", "")), 1)


def _seconds(told: str) -> int:
    """Return a Retry-After in seconds, 5 where there is none."""
    if told.strip().isdecimal():
        return int(told) if len(told) < 9 else 10**8
    with suppress(ValueError, TypeError):
        when = parsedate_to_datetime(told)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(round((when - datetime.now(UTC)).total_seconds()), 0)
    return 5


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Guard:
    """Looks at each connection once it stands, and cuts all when the time is over."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._open: list[socket.socket] = []
        self._late = False

    def check(self, opened: Any, *, through_proxy: bool) -> None:  # noqa: ANN401 - plain or TLS
        """Raise where the other end is an address of a private network.

        The address is looked at, not the name: a name may turn into another address any time.
        """
        if self._private or through_proxy:
            return
        address = opened.getpeername()[0]
        if not ip_address(address.split("%")[0]).is_global:
            opened.close()
            told = f"is at {address}, an address of a private network"
            raise _Refused(told, "give --allow private if that is meant")

    def watch(self, opened: Any) -> None:  # noqa: ANN401 - plain or TLS
        """Take note of a connection that is to be cut when the time is over."""
        self._open.append(opened)

    @contextmanager
    def deadline(self) -> Iterator[None]:
        """Cut the connections if what is done takes longer than LIVE_SECONDS."""
        self._late = False
        timer = threading.Timer(limits.LIVE_SECONDS, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception:
            if self._late:
                told = f"took longer than {limits.LIVE_SECONDS} seconds"
                raise _Refused(told, "ask again later") from None
            raise
        finally:
            timer.cancel()
        if self._late:
            told = f"took longer than {limits.LIVE_SECONDS} seconds"
            raise _Refused(told, "ask again later")

    def _cut(self) -> None:
        self._late = True
        for opened in self._open:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """Makes connections that are looked at before anything is sent."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *given: Any, **options: Any) -> None:  # noqa: ANN401
        """Set up the library's pools with connections that are looked at."""
        super().init_poolmanager(*given, **options)
        _watch(self.poolmanager, self._guard)

    def proxy_manager_for(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401
        """Return the pools of a proxy, set up the same way."""
        made = super().proxy_manager_for(*given, **options)
        _watch(made, self._guard)
        return made


def _watch(manager: PoolManager, guard: _Guard) -> None:
    """Give a manager connections that show themselves to a guard: at once, and once encrypted."""

    class Watched(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            guard.check(made, through_proxy=self.proxy is not None)
            return made

        def connect(self) -> None:
            super().connect()
            guard.watch(self.sock)

    class Safe(Watched, HTTPSConnection):
        """Both: the order makes `Watched` wrap what HTTPS does."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Watched

    class SafePool(HTTPSConnectionPool):
        ConnectionCls = Safe

    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SafePool}
