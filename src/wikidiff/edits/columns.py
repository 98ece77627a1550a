"""The columns of a row: names, types and what they hold. docs/batch.md is held to this by test."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["text", "int", "flag", "time", "json", "changes", "warnings"]
"""`time` is ISO 8601 in UTC, `json` an object (in Parquet its JSON text)."""


class Column(NamedTuple):
    """A column; a source's own may be given with the input, the others come of comparing."""

    name: str
    kind: Kind
    about: str


KNOWN = (
    Column("source", "text", "the input's name"),
    Column("wiki", "text", "the wiki's database name, or its own name where that is not told"),
    Column("language", "text", "the code of the wiki's language"),
    Column("page_id", "int", "the page"),
    Column("page_title", "text", "its title, with its namespace's name"),
    Column("page_namespace", "int", "its namespace's number"),
    Column("rev_id", "int", "the revision that the edit made: the new one"),
    Column("parent_id", "int", "the revision it was made from, as the source tells it"),
    Column("old_rev_id", "int", "the revision it is compared with: the old one"),
    Column("compared_with", "text", "`parent`, `predecessor`, `nothing` or `given`"),
    Column("timestamp", "time", "when the edit was saved"),
    Column("user", "text", "who made it: a name or an address; null where hidden"),
    Column("user_id", "int", "null for addresses"),
    Column("comment", "text", "the edit summary; null where hidden"),
    Column("minor", "flag", "marked as minor"),
    Column("model", "text", "the content model; no `changes` are told of others than wikitext"),
    Column("extra", "json", "the other fields of a pair"),
)
"""What is known of an edit before its texts are compared."""

FOUND = (
    Column("old_sha1", "text", "SHA-1 of the old text in base 36, as MediaWiki writes it"),
    Column("new_sha1", "text", "SHA-1 of the new text"),
    Column("old_size", "int", "bytes of the old text in UTF-8"),
    Column("new_size", "int", "bytes of the new text"),
    Column("delta", "int", "bytes added, less bytes removed"),
    Column("lines_changed", "int", "lines edited"),
    Column("lines_inserted", "int", "whole lines that came"),
    Column("lines_deleted", "int", "whole lines that went"),
    Column("lines_moved", "int", "lines that stand elsewhere now"),
    Column("sections_unchanged", "int", "sections that the edit left alone"),
    Column("words_inserted", "int", "words that came"),
    Column("words_deleted", "int", "words that went"),
    Column("chars_inserted", "int", "code points that came"),
    Column("chars_deleted", "int", "code points that went"),
    Column("size_class", "text", "`none`, `tiny`, `small`, `medium`, `large` or `huge`"),
    Column("summary", "text", "the edit in one sentence"),
    Column("changes", "changes", "what it did in wiki terms, in page order"),
    Column("warnings", "warnings", "what to know of how it was compared"),
)
"""What comes of comparing."""

COLUMNS = KNOWN + FOUND

CHANGE = (
    Column("kind", "text", "such as `heading`, `wikilink`, `reference`"),
    Column("action", "text", "`added`, `removed`, `changed` or `moved`"),
    Column("side", "text", "`old`, `new` or `both`"),
    Column("old", "text", "its old wikitext"),
    Column("new", "text", "its new wikitext"),
    Column("detail", "json", "what is particular to the kind"),
    Column("line", "int", "the shown line, from 0"),
    Column("description", "text", "the change in a line of English"),
)
"""The fields of one of `changes`."""

WARNING = (
    Column("code", "text", "the kind of warning"),
    Column("message", "text", "one sentence"),
)
"""The fields of one of `warnings`."""

ERROR = (
    Column("source", "text", "the input's name"),
    Column("record", "int", "the record in it, from 1"),
    Column("page_id", "int", "the page, where it is known"),
    Column("page_title", "text", "its title"),
    Column("rev_id", "int", "the revision"),
    Column("reason", "text", "why there is no row for it"),
)
"""The columns of the file of records that could not be compared."""
