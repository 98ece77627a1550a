"""Live wikis that are busy, broken or mean harm: real servers on loopback, one line of trouble."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import wikidiff
from wikidiff import Page, ReadError, Revision, Revisions, limits
from wikidiff.readers import live, live_find, live_session
from wikidiff.readers.base import Meta
from wikidiff.readers.live_address import Address, address, of_title

ALLOW = ("private",)
SITE = {"query": {"general": {"lang": "en", "sitename": "Test"}}}
TEXTS = {1: "Ada keeps the light.\n", 2: "Ida keeps the light.\n"}


def revision(number):
    slot = {"main": {"content": TEXTS[number], "contentmodel": "wikitext"}}
    named = {"revid": number, "parentid": number - 1, "user": "Ada", "comment": "", "minor": False}
    return {**named, "timestamp": f"2021-05-0{number}T10:00:00Z", "size": 21, "slots": slot}


def answer(query):
    """Return what a wiki with one page of two revisions answers."""
    if query.get("meta") == "siteinfo":
        return SITE
    numbers = [int(one) for one in query.get("revids", "2").split("|")]
    page = {"pageid": 7, "title": "Light", "revisions": [revision(one) for one in numbers]}
    return {"query": {"pages": [page]}}


class Handler(BaseHTTPRequestHandler):
    """Answers as a wiki does, unless the server has something else in store."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        there = urlsplit(self.path)
        self.server.seen.append((self.path, dict(self.headers)))
        if self.server.store:
            made = self.server.store[0]
            if self.server.times is not None:
                self.server.times -= 1
                if not self.server.times:
                    self.server.store.pop()
            made(self)
            return
        query = {key: values[-1] for key, values in parse_qs(there.query).items()}
        send(self, 200 if there.path.endswith("api.php") else 404, answer(query))

    def log_message(self, *_):
        """Be silent."""


def send(handler, status, body, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


class Server(ThreadingHTTPServer):
    """A server on a free port of loopback that remembers what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen, self.store, self.times = [], [], None
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.page = f"{self.url}/w/index.php?title=Light&diff=2&oldid=1"

    def then(self, made, times=None):
        """Answer so, the first `times` or always."""
        self.store, self.times = [made], times

    def handle_error(self, *_):
        """Let clients go away."""


@contextmanager
def serving():
    made = Server()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def server():
    with serving() as made:
        yield made


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in os.environ:
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def trouble(url, **options):
    with pytest.raises(ReadError) as raised:
        wikidiff.read(url, **{"allow": ALLOW, **options})
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_an_edit_is_read_by_a_program_that_names_itself_and_minds_lag(server):
    document = wikidiff.read(server.page, allow=ALLOW)
    assert wikidiff.apply(document, TEXTS[1]) == TEXTS[2]
    assert document.revisions.new.user == "Ada"
    assert document.page.url == f"{server.url}/w/index.php?title=Light&diff=2&oldid=1"
    for path, headers in server.seen:
        assert headers["User-Agent"].startswith("wikidiff/")
        assert f"maxlag={limits.LIVE_MAXLAG}" in path
        assert "Authorization" not in headers


def test_whom_to_write_to_is_told_where_it_is_given(server, monkeypatch):
    monkeypatch.setenv("WIKIDIFF_CONTACT", "ada@example.org\r\nX-Other: 1")
    wikidiff.read(server.page, allow=ALLOW)
    assert "ada@example.org" in server.seen[0][1]["User-Agent"]
    assert "X-Other" not in server.seen[0][1]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_wiki_is_asked_again_after_the_time_it_tells(server, status, monkeypatch):
    waits = []
    monkeypatch.setattr(live_session.time, "sleep", waits.append)
    server.then(lambda handler: send(handler, status, b"busy", Retry_After="7"), times=2)
    assert wikidiff.read(server.page, allow=ALLOW).differs
    assert waits == [7, 7]


def test_a_wiki_whose_databases_lag_is_asked_again(server, monkeypatch):
    waits = []
    monkeypatch.setattr(live_session.time, "sleep", waits.append)
    lag = {"error": {"code": "maxlag", "info": "Waiting for a database: 7 seconds lagged."}}
    server.then(
        lambda handler: send(handler, 200, lag, Retry_After="5", X_Database_Lag="7"), times=1
    )
    assert wikidiff.read(server.page, allow=ALLOW).differs
    assert waits == [5]


def test_a_wiki_that_stays_busy_is_left_alone(server, monkeypatch):
    waits = []
    monkeypatch.setattr(live_session.time, "sleep", waits.append)
    server.then(lambda handler: send(handler, 503, b"busy", Retry_After="2"))
    assert "is busy (503) and asks to wait 2 seconds; ask again later" in trouble(server.page)
    assert len(server.seen) == limits.LIVE_TRIES
    assert waits == [2] * (limits.LIVE_TRIES - 1)


@pytest.mark.parametrize(
    "told", ["86400", "9" * 30, "Fri, 31 Dec 2999 23:59:59 GMT", "Fri, 31 Dec 2999 23:59:59"]
)
def test_a_long_wait_is_told_not_waited(server, told):
    server.then(lambda handler: send(handler, 429, b"", Retry_After=told))
    assert "is busy (429) and asks to wait" in trouble(server.page)
    assert len(server.seen) == 1


@pytest.mark.parametrize("told", ["soon", "-5", "", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_a_wait_that_is_none_is_a_short_one(told):
    assert 0 <= live_session._seconds(told) <= 5


def stall(handler):
    handler.server.stop = threading.Event()
    handler.server.stop.wait(20)


def test_a_wiki_that_does_not_answer_is_not_waited_for(server, monkeypatch):
    monkeypatch.setattr(limits, "LIVE_READ_SECONDS", 0.3)
    server.then(stall)
    assert "gave no answer for 0.3 seconds; ask again later" in trouble(server.page)
    server.stop.set()


def drip_head(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(handler)


def drip_body(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    drip(handler)


def drip(handler):
    for _ in range(400):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        threading.Event().wait(0.05)


@pytest.mark.parametrize("made", [drip_head, drip_body], ids=lambda one: one.__name__)
def test_an_answer_that_comes_byte_by_byte_is_cut(server, monkeypatch, made):
    monkeypatch.setattr(limits, "LIVE_SECONDS", 0.5)
    server.then(made)
    assert "took longer than 0.5 seconds; ask again later" in trouble(server.page)


def endless(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + b'{"a": "')
    while True:
        handler.wfile.write(b"x" * 65536)


def bomb(handler):
    send(handler, 200, gzip.compress(b"x" * (8 << 20)), Content_Encoding="gzip")


@pytest.mark.parametrize("made", [endless, bomb], ids=lambda one: one.__name__)
def test_an_answer_without_end_is_cut_at_the_limit(server, monkeypatch, made):
    monkeypatch.setattr(limits, "LIVE_BYTES", 1 << 20)
    server.then(made)
    assert "an answer of more than 1 MiB; ask for less" in trouble(server.page)


BROKEN = {
    "HTML": (200, b"<!DOCTYPE html><p>Welcome", "does not answer with JSON: Expecting value"),
    "deep": (200, b'{"a":' * 100_000, "does not answer with JSON: nested too deep"),
    "no object": (200, b"[]", "does not answer with JSON: no object"),
    "empty": (200, b"", "does not answer with JSON: Expecting value"),
    "no site": (200, b'{"batchcomplete": true}', "the answer's 'query' is not an object"),
    "refused": (403, b"no", "the wiki answered with status 403; give a --token"),
    "gone": (410, b"no", "the wiki answered with status 410"),
    "error": (500, b"\x1b[31m no", "the wiki answered with status 500; ask later"),
    "private": (
        200,
        b'{"error": {"code": "readapidenied", "info": "You need read permission"}}',
        "readapidenied: You need read permission; give a --token",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_answer_is_one_line(server, name):
    status, body, told = BROKEN[name]
    server.then(lambda handler: send(handler, status, body))
    assert told in trouble(server.page)


def test_an_answer_cut_short_is_one_line(server):
    def cut(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        handler.close_connection = True

    server.then(cut)
    assert "; ask again" in trouble(server.page)


def test_nobody_there_is_one_line():
    with serving() as gone:
        url = gone.page
    assert "cannot be had: " in trouble(url)


def test_a_wiki_in_the_root_or_in_wiki_is_found(server):
    for path in ("/wiki/Light", "/wiki/Special:Diff/2", "/Special:Diff/1/2"):
        server.seen.clear()
        assert wikidiff.read(server.url + path, allow=ALLOW).differs

    def only_root(handler):
        there = urlsplit(handler.path)
        query = {key: values[-1] for key, values in parse_qs(there.query).items()}
        send(handler, 200 if there.path == "/api.php" else 404, answer(query))

    server.then(only_root)
    assert wikidiff.read(f"{server.url}/wiki/Light", allow=ALLOW).differs
    server.then(lambda handler: send(handler, 404, b""))
    assert "no API at /w/api.php, /api.php, /wiki/api.php" in trouble(f"{server.url}/wiki/Light")


# --- where to: no other host, no private network, nothing in the clear, unless asked for


def test_an_address_of_a_private_network_is_not_asked(server):
    told = trouble(server.page, allow=("http",))
    assert "is at 127.0.0.1, an address of a private network; give --allow private" in told
    name = server.page.replace("127.0.0.1", "localhost")
    assert "an address of a private network" in trouble(name, allow=("http",))
    assert server.seen == []


def test_nothing_goes_in_the_clear_unless_asked_for(server):
    assert "is on this machine; --allow private asks for it" in trouble(server.page, allow=())
    plain = "http://wiki.example.org/wiki/Light"
    assert "is not encrypted; give https:, or --allow http" in trouble(plain, allow=ALLOW)
    assert server.seen == []


def redirect(target, status=302):
    return lambda handler: send(handler, status, b"", Location=target)


def test_a_redirect_on_the_same_host_is_followed(server):
    server.then(redirect("/w/api.php?action=query&meta=siteinfo", 301), times=1)
    assert wikidiff.read(server.page, allow=ALLOW).differs


def test_a_redirect_to_another_host_is_followed_only_where_asked_for(server):
    with serving() as other:
        target = f"{other.url}/w/api.php?action=query&meta=siteinfo"
        server.then(redirect(target), times=1)
        told = trouble(server.page, token="secret-token")
        assert f"redirects to another host, 127.0.0.1:{other.server_port}" in told
        assert other.seen == []
        server.then(redirect(target), times=1)
        allow = ("private", "redirects")
        assert wikidiff.read(server.page, allow=allow, token="secret-token").differs
        assert "Authorization" not in other.seen[0][1]
        assert server.seen[-1][1]["Authorization"] == "Bearer secret-token"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("file:///etc/passwd", "file: is not fetched"),
        ("ftp://127.0.0.1/", "ftp: is not fetched"),
        ("http://192.0.2.1/", "is not encrypted"),
        ("https://10.0.0.1\\@127.0.0.1/", ""),
    ],
)
def test_a_redirect_leads_nowhere_but_to_the_web(server, target, told):
    server.then(redirect(target))
    assert told in trouble(server.page, allow=("private", "redirects"))


def test_a_ring_of_redirects_ends(server):
    server.then(redirect("/w/api.php"))
    assert f"more than {limits.LIVE_REDIRECTS} redirects" in trouble(server.page)


def test_what_is_allowed_is_one_of_three():
    with pytest.raises(ReadError, match="all: cannot be allowed; take one of: private, http"):
        wikidiff.read("https://wiki.example.org/wiki/A", allow=["all"])


@pytest.fixture
def certificate(tmp_path):
    """Return the files of a certificate for this machine that nobody has signed, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    made = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-out", str(made[0]), "-keyout", str(made[1])]
    subprocess.run(command, check=True, capture_output=True)
    return made


def test_only_a_certificate_that_is_trusted_is_talked_to(server, certificate, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = server.page.replace("http:", "https:")
    assert "no safe connection: " in trouble(url, token="secret-token")
    assert server.seen == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    assert "an address of a private network" in trouble(url, allow=())
    assert wikidiff.read(url, allow=ALLOW, token="secret-token").differs
    assert server.seen[-1][1]["Authorization"] == "Bearer secret-token"


# --- the token


def show(*arguments, **more):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **more}
    command = [sys.executable, "-m", "wikidiff", "show", *arguments]
    return subprocess.run(command, capture_output=True, env=environment, check=False)


def test_the_token_is_sent_to_the_wiki_and_printed_nowhere(server):
    for arguments, more in ((["--token", "secret-t"], {}), ([], {"WIKIDIFF_TOKEN": "secret-t"})):
        server.store = []
        server.seen.clear()
        made = show("--allow", "private", *arguments, server.page, **more)
        assert made.returncode == 0
        assert {headers["Authorization"] for _, headers in server.seen} == {"Bearer secret-t"}
        assert not any("secret-t" in path for path, _ in server.seen)
        server.then(lambda handler: send(handler, 403, b"secret-t"))
        failed = show("--allow", "private", "--verbose", *arguments, server.page, **more)
        assert failed.returncode == 2
        assert b"secret-t" not in made.stdout + made.stderr + failed.stdout + failed.stderr


def test_a_token_that_no_header_can_hold_is_not_printed(server):
    for token in ("secret\r\nX-Other: 1", "secret ü", "secret one", ""):
        told = trouble(server.page, token=token)
        assert told == "--token: holds characters that no token has; check it"
    assert server.seen == []


def test_an_address_with_a_password_is_refused_and_not_repeated(server):
    told = trouble(server.page.replace("127", "ada:secret@127", 1))
    assert "holds a name or password; give --token instead" in told
    assert "secret" not in told


def test_no_netrc_is_read(server, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password secret\n")
    made = show("--allow", "private", server.page, HOME=str(tmp_path))
    assert made.returncode == 0
    assert all("Authorization" not in headers for _, headers in server.seen)


def test_words_of_the_wiki_reach_the_terminal_as_text(server):
    error = {"error": {"code": "x", "info": "\x1b]0;owned\x07 \u202e"}}
    server.then(lambda handler: send(handler, 200, error))
    made = show("--allow", "private", server.page)
    assert made.returncode == 2
    assert b"\x1b" not in made.stderr
    assert made.stderr.count(b"\n") == 1


def test_without_the_extra_a_line_names_it(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "mwclient", None)
    assert "live wikis need an extra; pip install 'wikidiff[wiki]'" in trouble(server.page)


# --- addresses

HOME = "https://w.example"
ASKED = {
    "https://w.example/wiki/Special:Diff/12": ("prev", 12, None),
    "https://w.example/wiki/Special:Diff/12/13": (12, 13, None),
    "https://w.example/wiki/Special:Diff/12/prev": ("prev", 12, None),
    "https://w.example/wiki/Special:Diff/prev/12": ("prev", 12, None),
    "https://w.example/wiki/Special:Diff/12/next": (12, "next", None),
    "https://w.example/wiki/Spezial:Diff/12/cur": (12, "cur", None),
    "https://w.example/wiki/%D0%A1%D0%BB%D1%83%D0%B6:Diff/12/": ("prev", 12, None),
    "https://w.example/wiki/Special:MobileDiff/12": ("prev", 12, None),
    "https://w.example/wiki/Special:MobileDiff/12...13": (12, 13, None),
    "https://w.example/wiki/Special:PermanentLink/12": ("prev", 12, None),
    "https://w.example/w/index.php?title=A&diff=13&oldid=12": (12, 13, "A"),
    "https://w.example/w/index.php?title=A&diff=13&oldid=prev": ("prev", 13, "A"),
    "https://w.example/w/index.php?title=A&diff=13&oldid=0": ("prev", 13, "A"),
    "https://w.example/w/index.php?diff=13": ("prev", 13, None),
    "https://w.example/w/index.php?title=A&diff=prev&oldid=12": ("prev", 12, "A"),
    "https://w.example/w/index.php?title=A&diff=next&oldid=12": (12, "next", "A"),
    "https://w.example/w/index.php?title=A&diff=cur&oldid=12": (12, "cur", "A"),
    "https://w.example/w/index.php?title=A&diff=0&oldid=12": (12, "cur", "A"),
    "https://w.example/w/index.php?title=A&diff=cur": ("prev", "cur", "A"),
    "https://w.example/w/index.php?oldid=12": ("prev", 12, None),
    "https://w.example/w/index.php?title=Special:Diff/12": ("prev", 12, None),
    "https://w.example/w/index.php/A_b?oldid=12#x": ("prev", 12, "A b"),
    "https://w.example/wiki/A_b/c": (None, None, "A b/c"),
    "https://w.example/A%26b": (None, None, "A&b"),
    "HTTPS://w.example/wiki/A:1984": (None, None, "A:1984"),
}


@pytest.mark.parametrize("url", ASKED)
def test_an_address_asks_for(url):
    found = address(url)
    assert (found.old, found.new, found.title) == ASKED[url]
    assert (found.home, found.file) == (HOME, False)


@pytest.mark.parametrize(
    "url",
    [
        "https://w.example/w/api.php?action=compare&fromrev=1&torev=2",
        "https://w.example/w/rest.php/v1/revision/1/compare/2",
        "https://w.example/w/index.php?title=A&action=history&feed=atom",
    ],
)
def test_an_address_of_an_answer_is_read_as_it_is(url):
    assert address(url) == Address(HOME, (), file=True)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://w.example/", "names no page and no edit"),
        ("https://w.example/w/index.php", "names no page and no edit"),
        ("https:///wiki/A", "no host in it"),
        ("https://[::1/wiki/A", "no address"),
        ("https://w.example:99999/wiki/A", "no address"),
        ("https://a:b@w.example/wiki/A", "https://w.example/…: holds a name or password"),
    ],
)
def test_an_address_that_names_nothing_is_said_so(url, told):
    with pytest.raises(ReadError) as raised:
        address(url)
    assert told in str(raised.value)


def test_the_scripts_are_looked_for_beside_what_is_named():
    assert address("https://w.example/x/index.php?diff=1").scripts == ("/x/",)
    assert address("https://w.example/wiki/A").scripts == ("/w/", "/", "/wiki/")
    assert address("https://w.example/mw/wiki/A").scripts == ("/mw/w/", "/mw/", "/mw/wiki/")
    assert of_title("w.example", "A").scripts == ("/w/", "/", "/wiki/")
    assert of_title("https://w.example/x/api.php", "A_b").scripts == ("/x/",)
    assert of_title("w.example:8080", "Special:Diff/12").new == 12
    assert of_title("w.example", "A_b").title == "A b"


# --- the edit that a copied page shows


@pytest.mark.parametrize(
    ("told", "true", "fits"),
    [
        ("2021-06-28T11:30", "2021-06-28T11:30:59Z", True),
        ("2021-06-28T11:30", "2021-06-28T09:30:00Z", True),  # two hours east
        ("2021-06-28T11:30", "2021-06-28T06:00:30Z", True),  # India
        ("2021-06-28T11:30", "2021-06-28T23:30:00Z", True),  # twelve hours west
        ("2021-06-28T11:30", "2021-06-27T21:30:00Z", True),  # fourteen hours east
        ("2021-06-28T11:30", "2021-06-27T20:30:00Z", False),
        ("2021-06-28T11:30", "2021-06-29T00:30:00Z", False),
        ("2021-06-28T11:30", "2021-06-28T11:31:00Z", False),
        ("2021-06-28T11:30Z", "2021-06-28T11:30:59Z", True),
        ("2021-06-28T11:30Z", "2021-06-28T10:30:00Z", False),
        ("2021-06-28T11:30:07Z", "2021-06-28T11:30:07Z", True),
        ("2021-06-28T11:30:07Z", "2021-06-28T11:30:08Z", False),
        ("2021-06-28", "2021-06-28T17:12:00Z", True),
        ("2021-06-28T11:30", None, True),  # hidden
    ],
)
def test_a_page_s_time_fits_a_revision_in_a_zone_that_there_is(told, true, fits):
    assert live_find._is_at(true, live_find.parsed(told)) is fits


@pytest.mark.parametrize("told", [None, "", "2021", "2021-13-01", "2021-06-28T25:00", "28 June"])
def test_a_time_that_is_none_is_none(told):
    assert live_find.parsed(told) is None


def flat(**told):
    page = Page(told.pop("title", None))
    declared = told.pop("declared", None)
    return Meta(page, Revisions(Revision(), Revision(**told)), declared)


@pytest.mark.parametrize(
    ("meta", "why"),
    [
        (flat(declared=3), "the page tells no title"),
        (flat(title="Light"), "the page tells neither a time nor a size"),
        (flat(title="Light", declared=3), "2 edits of 'Light' looked at, none with this time"),
        (flat(title="Light", user="Eda", declared=0), "none with this time, size and user"),
    ],
)
def test_a_page_that_cannot_be_found_says_why(server, meta, why):
    def listing(handler):
        query = {key: values[-1] for key, values in parse_qs(urlsplit(handler.path).query).items()}
        made = answer({**query, "revids": "2|1"} if "titles" in query else query)
        send(handler, 200, made)

    server.then(listing)
    access = live.Access(allowed=frozenset(ALLOW))
    with pytest.raises(ReadError, match=why):
        list(live_find.fitting(f"{server.url}/w/api.php", meta, access))


def test_a_page_that_has_lost_nothing_asks_no_wiki(server):
    page = b"--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n"
    document = wikidiff.read(page, complete_from=server.url, allow=ALLOW)
    assert document == wikidiff.read(page)
    assert server.seen == []


def test_a_page_is_read_as_it_is_where_the_wiki_cannot_be_had(server):
    sample = Path(__file__).parent.parent / "samples" / "ferry.txt"
    server.then(lambda handler: send(handler, 500, b""))
    document = wikidiff.read(str(sample), complete_from=f"{server.url}/w/api.php", allow=ALLOW)
    assert document.source.fidelity == "flattened"
    assert document.warnings[-1].code == "not-completed"
    assert "the wiki answered with status 500" in document.warnings[-1].message


# --- whole histories


def head(number, **more):
    told = {"revid": number, "parentid": number - 1, "user": "Ada", "comment": "", "minor": False}
    return {**told, "timestamp": f"2021-05-0{number}T10:00:00Z", "size": 1, "sha1": "", **more}


def history(heads, texts, **more):
    """Return what answers as a wiki with one page: its heads, and the texts asked for by id."""

    def made(handler):
        query = {key: values[-1] for key, values in parse_qs(urlsplit(handler.path).query).items()}
        if query.get("meta") == "siteinfo":
            send(handler, 200, SITE)
            return
        found = heads
        if "revids" in query:
            found = [texts[int(one)] for one in query["revids"].split("|") if int(one) in texts]
        page = {"pageid": 7, "title": "Light", "revisions": found}
        send(handler, 200, {"query": {"pages": [page]}, **more})

    return made


def slot(number, text):
    return {"revid": number, "slots": {"main": {"content": text, "contentmodel": "wikitext"}}}


def test_a_deleted_revision_of_a_live_history_hides_what_it_hides(server):
    hidden = {"user": None, "userhidden": True, "sha1": None, "sha1hidden": True}
    heads = [head(1, sha1="a" * 40), head(2, **hidden), head(3, sha1="b" * 40)]
    gone = {"revid": 2, "slots": {"main": {"texthidden": True}}}
    server.then(history(heads, {1: slot(1, "one"), 2: gone, 3: slot(3, "one two")}))
    made = list(wikidiff.history(server.page, allow=ALLOW))
    assert [one.delta for one in made] == [3, None, None]
    assert made[1].hidden == ("text", "user")
    assert made[1].revision.user is None


def test_a_wiki_that_lacks_a_text_or_repeats_itself_is_told(server):
    page = f"{server.url}/w/index.php?title=Light"
    server.then(history([head(1), head(2)], {1: slot(1, "one")}))
    with pytest.raises(ReadError, match="did not send revision 2"):
        list(wikidiff.history(page, allow=ALLOW))
    again = {"continue": {"rvcontinue": "x", "continue": "||"}}
    server.then(history([head(1)], {}, **again))
    with pytest.raises(ReadError, match="again and again"):
        list(wikidiff.history(page, allow=ALLOW))
