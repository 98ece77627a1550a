"""The error tree. A message is the thing, the trouble, the way out."""

from __future__ import annotations


class WikidiffError(Exception):
    """Any trouble that is the input's or the user's, told in one line.

    `source` names the thing (a file, a URL, an option), `trouble` says what is wrong with it and
    `way_out` what to do. All three go to `Exception.__init__`, so that the error pickles.
    """

    def __init__(self, source: str, trouble: str, way_out: str) -> None:
        super().__init__(source, trouble, way_out)
        self.source = source
        self.trouble = trouble
        self.way_out = way_out

    def __str__(self) -> str:
        return f"{self.source}: {self.trouble}; {self.way_out}"


class ReadError(WikidiffError):
    """A source cannot be had or cannot be read."""


class DecodeError(ReadError):
    """The bytes of a source are not text in an encoding that is certain."""


class UnrecognisedError(ReadError):
    """No reader takes a source; `reasons` holds (reader, why it declined)."""

    def __init__(
        self, source: str, trouble: str, way_out: str, reasons: tuple[tuple[str, str], ...] = ()
    ) -> None:
        Exception.__init__(self, source, trouble, way_out, reasons)
        self.source = source
        self.trouble = trouble
        self.way_out = way_out
        self.reasons = reasons


class ContradictionError(WikidiffError):
    """A text given as one side of a diff page cannot be that side."""


class ConfigError(WikidiffError):
    """A configuration of `check` asks for what there is not."""


class ApplyError(WikidiffError):
    """A text is not the one that a Document was made from; nothing was applied.

    `rejects` holds (1-based line, its shown lines, each with " ", "-" or "+" before it) of each
    hunk that fits nowhere, where places were looked for.
    """

    def __init__(
        self,
        source: str,
        trouble: str,
        way_out: str,
        rejects: tuple[tuple[int, tuple[str, ...]], ...] = (),
    ) -> None:
        Exception.__init__(self, source, trouble, way_out, rejects)
        self.source = source
        self.trouble = trouble
        self.way_out = way_out
        self.rejects = rejects
