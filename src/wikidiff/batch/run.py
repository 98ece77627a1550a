"""The whole of `wikidiff batch`: reads, compares in processes, writes; goes on after a kill."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from wikidiff import documents, limits, sources
from wikidiff.batch import inputs, pool
from wikidiff.batch.formats import FORMATS, chosen
from wikidiff.batch.parts import Done, Folder, NewPart
from wikidiff.batch.reading import Asked, Raw, Record, records
from wikidiff.edits import Bad, Edit, row
from wikidiff.edits.edit import Row, of_document
from wikidiff.errors import WikidiffError
from wikidiff.readers.selection import plain
from wikidiff.version import VERSION


@dataclass(frozen=True, slots=True)
class Job:
    """What to compare and where to write it; the names are those of the options.

    `sample` is a share (0 to 1) of the records, drawn by their keys and the `seed`.
    """

    given: tuple[str, ...]
    to: str
    format: str | None = None
    jobs: int = 1
    limit: int | None = None
    sample: float | None = None
    seed: int = 0
    pages: tuple[str, ...] = ()
    namespaces: tuple[int, ...] = ()
    language: str | None = None
    part: int = limits.BATCH_PART
    restart: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """How far a run has come: bytes of the inputs read, of how many (None: not known)."""

    read: int
    size: int | None
    done: Done


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run made; `errors` is the file of bad records, None where there are none."""

    done: Done
    errors: Path | None


Told = Callable[[State], object]


def run(job: Job, told: Told = lambda state: None) -> Outcome:
    """Do a job, or the rest of it, and tell now and then how far it is.

    Raises WikidiffError where inputs are not there, the output is, or its parts are another job's.
    """
    form = chosen(job.to, job.format)
    keep = job.to.endswith("/")
    folder = Folder(Path(job.to), form)
    if job.restart:
        folder.drop()
    elif folder.target.exists() and not folder.place.exists() and not _is_empty(folder.target):
        raise WikidiffError(job.to, "is there already", "take --restart to write it anew")
    found = inputs.sources(job.given, job.to)
    work, none = partial(compared, form.name), partial(lost, form.name)
    with (  # first the processes: whatever is open would be open in them too
        pool.processes(work, none, jobs=job.jobs, first=_FIRST) as results,
        folder.locked(),
    ):
        done = folder.begun(_identity(job, form.name, found))
        done = _Run(job, found, folder, done, told).whole(results)
        if job.restart and keep:
            _remove(folder.target)
        folder.finish(done, keep=keep)
    return Outcome(done, folder.errors if done.errors else None)


def _is_empty(place: Path) -> bool:
    return place.is_dir() and not any(place.iterdir())


def _remove(place: Path) -> None:
    import shutil

    shutil.rmtree(place, ignore_errors=True)


def _identity(job: Job, form: str, found: Sequence[inputs.Source]) -> dict[str, Any]:
    """Return all that the rows depend on, and what parts are cut by."""
    return {
        "version": VERSION,
        "inputs": [[one.path, one.size, one.written] for one in found],
        "format": form,
        "limit": job.limit,
        "sample": job.sample,
        "seed": job.seed,
        "pages": list(job.pages),
        "namespace": list(job.namespaces),
        "language": job.language,
        "part": job.part,
    }


class _Run:
    """A run from where the last one ended."""

    def __init__(
        self,
        job: Job,
        found: Sequence[inputs.Source],
        folder: Folder,
        done: Done,
        told: Told,
    ) -> None:
        self._job = job
        self._sources = found
        self._folder = folder
        self._done = done
        self._told = told
        self._read = sum(one.size or 0 for one in found[: done.source])
        sizes = [one.size for one in found]
        self._size = None if None in sizes else sum(filter(None, sizes))

    def whole(self, results: pool.Results[Placed, Compared]) -> Done:
        """Write the parts that are still to be written; return what is done."""
        made: NewPart | None = None
        for found in results(_lots(self._placed(), self._job.part)):
            made = made or self._folder.new(self._done.parts)
            made.add(found.rows, found.count, found.errors)
            made.records += found.records
            done = self._counted(made, found.source, found.number)
            if made.records >= self._job.part or made.size >= limits.BATCH_PART_BYTES:
                self._folder.commit(made, done)
                self._done, made = done, None
            self._told(State(self._read, self._size, done))
        if made or not self._done.parts:
            made = made or self._folder.new(0)
            done = self._counted(made, len(self._sources))
            self._folder.commit(made, done)
        else:
            done = self._counted(None, len(self._sources))
            self._folder.tell(done)
        return done

    def _counted(self, made: NewPart | None, source: int, number: int = 0) -> Done:
        """Return what is done with the part at hand, up to a record of a source."""
        done = replace(self._done, source=source, record=number)
        if made is None:
            return done
        return replace(
            done,
            parts=done.parts + 1,
            records=done.records + made.records,
            rows=done.rows + made.rows,
            errors=done.errors + made.errors,
        )

    def _placed(self) -> Iterator[Placed]:
        """Yield the records that are still to be compared."""
        left = None if self._job.limit is None else self._job.limit - self._done.records
        return islice(self._all(), left)

    def _all(self) -> Iterator[Placed]:
        asked = Asked(self._job.language, _titles(self._job.pages), frozenset(self._job.namespaces))
        for at in range(self._done.source, len(self._sources)):
            found: Iterable[Record] = records(self._sources[at], asked, self._count)
            if self._job.sample is not None:
                found = (one for one in found if _drawn(one, self._job.sample, self._job.seed))
            skip = self._done.record if at == self._done.source else 0
            for number, record in enumerate(found, 1):
                if number > skip:
                    yield Placed(at, number, record)

    def _count(self, count: int) -> None:
        self._read += count


@dataclass(frozen=True, slots=True)
class Placed:
    """A record with its place: the number of its source, from 0, and its own there, from 1."""

    source: int
    number: int
    record: Record


def _titles(pages: Sequence[str]) -> Callable[[str | None], bool] | None:
    """Return what tells whether a title is one of those asked for; None where all are."""
    if not pages:
        return None
    wanted = frozenset(map(plain, pages))
    return lambda title: title is not None and plain(title) in wanted


def _drawn(record: Record, share: float, seed: int) -> bool:
    """Tell whether a record is in the sample: by the revision it is, wherever it stands."""
    known = record.known
    key: tuple[object, ...] = (known["source"], record.record)
    if known.get("rev_id") is not None:
        key = (known.get("wiki"), known.get("page_id") or known.get("page_title"), known["rev_id"])
    data = "\0".join(map(str, (seed, *key))).encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(data, digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64


def _lots(found: Iterator[Placed], part: int) -> Iterator[list[Placed]]:
    """Yield records in lots that are not too large to be held and end where a part does."""
    lot: list[Placed] = []
    weight = 0
    for count, placed in enumerate(found, 1):
        if lot and weight + placed.record.weight > limits.BATCH_CHARS:
            yield lot
            lot, weight = [], 0
        lot.append(placed)
        weight += placed.record.weight
        if len(lot) >= limits.BATCH_RECORDS or count % part == 0:
            yield lot
            lot, weight = [], 0
    if lot:
        yield lot


# --- what the processes do


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of some records: rows as a format encodes them, how many, and what is bad.

    The last of the records was `number` (from 1) of the input `source` (from 0).
    """

    rows: bytes = field(repr=False)
    count: int
    errors: list[Row]
    records: int
    source: int
    number: int


def compared(form: str, lot: Sequence[Placed]) -> Compared:
    """Compare some records."""
    return _encoded(form, lot, (outcome(placed.record) for placed in lot))


def outcome(record: Record) -> tuple[list[Row], list[Row]]:
    """Return the rows of a record, and what is bad of it; never raises."""
    try:
        if isinstance(record, Edit):
            return [row(record)], []
        if isinstance(record, Raw):
            return _rows(record), []
    except WikidiffError as error:
        return _bad(record, f"{error.trouble}; {error.way_out}")
    except Exception as bug:  # one record must not end the run
        return _bad(record, f"a bug in wikidiff: {type(bug).__name__}: {bug}")
    return [], [record.to_dict()]


def lost(form: str, placed: Placed) -> Compared:
    """Return what there is to tell of a record on which a process died."""
    told = "the process that compared it died, perhaps for want of memory"
    return _encoded(form, [placed], [_bad(placed.record, told)])


def _bad(record: Record, reason: str) -> tuple[list[Row], list[Row]]:
    return [], [Bad(record.record, record.known, reason).to_dict()]


def _rows(raw: Raw) -> list[Row]:
    """Return a row for each edit that a diff page, a patch or a feed shows."""
    choice = sources.Choice(language=raw.known.get("language"))
    name = raw.known["source"]
    edits = sources.edits(raw.data, choice, sources.Web(), name=name, each=True)
    made = []
    for found in edits.found:
        document = documents.of_found(name, edits.reader, found, old=None, new=None, reading=1)
        old, new = document.revisions.old, document.revisions.new
        known = {
            **raw.known,
            "language": document.source.language,
            "page_title": document.page.title,
            "rev_id": new.id,
            "old_rev_id": old.id,
            "compared_with": "given",
            "timestamp": new.timestamp,
            "user": new.user,
            "comment": new.comment,
            "minor": new.minor,
        }
        made.append(of_document(document, known, document.texts))
    return made


def _encoded(
    form: str, lot: Sequence[Placed], found: Iterable[tuple[list[Row], list[Row]]]
) -> Compared:
    """Return what was found of each record of a lot; its rows are encoded as they come."""
    count = 0
    errors: list[Row] = []

    def rows() -> Iterator[Row]:
        nonlocal count
        for made, bad in found:
            count += len(made)
            errors.extend(bad)
            yield from made
            del made  # before the next one is made

    data = FORMATS[form].encoded(rows())
    return Compared(data, count, errors, len(lot), lot[-1].source, lot[-1].number)


_FIRST = [Placed(0, 1, Edit(1, {}, "a [[b]]", "a [[c]] {{d}}\n\n== e ==\n* f<ref>g</ref>"))]
"""What loads all that comparing needs."""
