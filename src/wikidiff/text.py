"""Lines, tokens and sizes: str in, tuples out, no I/O."""

from __future__ import annotations

import re
from functools import cache

# Unicode 15.1, categories Cc, Cf, Cs, Zl and Zp, with the noncharacters and the code points set
# aside for characters without a glyph (Default_Ignorable_Code_Point). Not what `unicodedata` says:
# the same text is to look the same under every Python.
STEERING_LOW: str = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\\ud800-\\udfff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe-\uffff"
)
STEERING_HIGH: str = (
    "\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
    "\U000e01f0-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}-{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
)
STEERING: str = STEERING_LOW + STEERING_HIGH
"""Character class ranges of all that has no glyph and may steer a terminal or hide.

Those below U+10000 are a class that is looked up, not searched, for a fifth of the time.
"""

EXTENDERS: str = (  # made by tools/mark_ranges.py
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d"
    "\u0859-\u085b\u0898-\u089f\u08ca-\u08e1\u08e3-\u0903\u093a-\u093c\u093e-\u094f"
    "\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u09d7\u09e2-\u09e3\u09fe-\u0a03"
    "\u0a3c-\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0ae2-\u0ae3\u0afa-\u0b03"
    "\u0b3c\u0b3e-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c56"
    "\u0c62-\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0ce2-\u0ce3\u0d00-\u0d03\u0d3b-\u0d3c"
    "\u0d3e-\u0d4d\u0d57\u0d62-\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u0df2-\u0df3\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f"
    "\u0f71-\u0f84\u0f86-\u0f87\u0f8d-\u0fbc\u0fc6\u102b-\u103e\u1056-\u1059\u105e-\u1060"
    "\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\u135d-\u135f"
    "\u1712-\u1715\u1732-\u1734\u1752-\u1753\u1772-\u1773\u17b4-\u17d3\u17dd\u180b-\u180d\u180f"
    "\u1885-\u1886\u18a9\u1920-\u193b\u1a17-\u1a1b\u1a55-\u1a7f\u1ab0-\u1b04\u1b34-\u1b44"
    "\u1b6b-\u1b73\u1b80-\u1b82\u1ba1-\u1bad\u1be6-\u1bf3\u1c24-\u1c37\u1cd0-\u1cd2"
    "\u1cd4-\u1ce8\u1ced\u1cf4\u1cf7-\u1cf9\u1dc0-\u1dff\u200c-\u200d\u20d0-\u20f0\u2cef-\u2cf1"
    "\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099-\u309a\ua66f-\ua672\ua674-\ua67d\ua69e-\ua69f"
    "\ua6f0-\ua6f1\ua802\ua806\ua80b\ua823-\ua827\ua82c\ua880-\ua881\ua8b4-\ua8c5\ua8e0-\ua8f1"
    "\ua8ff\ua926-\ua92d\ua947-\ua953\ua980-\ua983\ua9b3-\ua9c0\ua9e5\uaa29-\uaa36\uaa43"
    "\uaa4c-\uaa4d\uaa7b-\uaa7d\uaab0\uaab2-\uaab4\uaab7-\uaab8\uaabe-\uaabf\uaac1\uaaeb-\uaaef"
    "\uaaf5-\uaaf6\uabe3-\uabea\uabec-\uabed\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000101fd-\U0001037a\U00010a01-\U00011ef6\U00016af0-\U00016b36\U00016f4f-\U00016ff1"
    "\U0001bc9d-\U0001bc9e\U0001cf00-\U0001d244\U0001da00-\U0001daaf\U0001e000-\U0001e2ef"
    "\U0001e8d0-\U0001e94a\U0001f3fb-\U0001f3ff\U000e0020-\U000e01ef"
)
"""Character class ranges of all that belongs to the character before it: combining marks, joiners,
variation selectors, emoji modifiers. No token begins with one of them if it can be helped."""

_SINGLE = (  # scripts written without spaces: each base character is a token of its own
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u3029"
    "\u3031-\u309f\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\U0001b000-\U0001b2ff\U00020000-\U0003ffff"
)
_LEADING = "\u0e40-\u0e44\u0ec0-\u0ec4"  # Thai and Lao vowels written before their consonant
TAG_CHARACTERS = 200  # of an opening tag kept whole: bounds the look-ahead at each "<"


_LETTER = rf"[^\W{_SINGLE}]"
_WORD = rf"{_LETTER}++(?:[{EXTENDERS}]++{_LETTER}*+)*+"


@cache
def pattern(source: str) -> re.Pattern[str]:
    """Return a pattern, compiled when it is first needed: a page needs few of all there are."""
    return re.compile(source)


@cache
def _token_pattern() -> re.Pattern[str]:
    word = _WORD
    tail = rf"[{EXTENDERS}]*+(?:(?<=\u200d).[{EXTENDERS}]*+)*+"
    return re.compile(  # what is most frequent first; nothing here is tried twice over
        rf" (?![\s{EXTENDERS}])|{word}(?!['\u2019.,:]\w|://)"
        rf"|(?:https?|ftp)://[^\s\[\]<>\"{{}}|]+{tail}"
        rf"|[0-9]++(?:[.,][0-9]++)+[{EXTENDERS}]*+"
        rf"|{word}(?:['\u2019]{word})*"
        rf"|\s(?![{EXTENDERS}])"
        r"|(?:\[\[|\]\]|\{{2,3}|\}{2,3}|'{2,5}|={2,6}|<!--|-->|\{\||\|\}|\|-"
        rf"|</?[A-Za-z][^<>]{{0,{TAG_CHARACTERS}}}>"
        r"|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
        rf"|[\U0001f1e6-\U0001f1ff]{{2}}|[{_LEADING}][\u0e01-\u0e2e\u0e81-\u0eae]|.){tail}",
        re.DOTALL,
    )


_PLAIN = re.compile("[\x00-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]*")
"""Text of which no character is of `EXTENDERS` or of scripts written without spaces."""

_SHORT = 2_000  # characters of a text up to which it is looked at whether it is plain


@cache
def _plain_pattern() -> re.Pattern[str]:
    """Return what `_token_pattern` is for plain text: compiled in a tenth of the time."""
    return re.compile(
        r" (?!\s)|\w++(?!['\u2019.,:]\w|://)"
        r"|(?:https?|ftp)://[^\s\[\]<>\"{}|]+"
        r"|[0-9]++(?:[.,][0-9]++)+"
        r"|\w++(?:['\u2019]\w++)*"
        r"|\s"
        r"|\[\[|\]\]|\{{2,3}|\}{2,3}|'{2,5}|={2,6}|<!--|-->|\{\||\|\}|\|-"
        rf"|</?[A-Za-z][^<>]{{0,{TAG_CHARACTERS}}}>"
        r"|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
        r"|.",
        re.DOTALL,
    )


@cache
def _seam_pattern() -> re.Pattern[str]:
    """Match two characters between which a token always ends, whatever stands around them."""
    return re.compile(rf"(?![{_LEADING}])[{_SINGLE}](?![{EXTENDERS}])[{_SINGLE}]")


def seam_before(text: str, start: int, end: int) -> int:
    """Return the last place found in between at which a token ends for sure, -1 where none is.

    That is between two signs of a script without spaces. `end` itself is not taken.
    """
    pattern = _seam_pattern()
    if start <= end - 2 and pattern.match(text, end - 2, end):  # in such a script most often so
        return end - 1
    if pattern.search(text, start, end) is None:
        return -1
    at = end - 2
    while not pattern.match(text, at, end):
        at -= 1
    return at + 1


def seam_after(text: str, start: int, end: int) -> int:
    """Return the first place in between at which a token ends for sure, -1 where none is."""
    match = _seam_pattern().search(text, start, end)
    return match.start() + 1 if match else -1


@cache
def _loose_pattern() -> re.Pattern[str]:
    return re.compile(rf"[^{EXTENDERS}](?![{EXTENDERS}])", re.DOTALL)


def loose_after(text: str, start: int, end: int) -> int:
    """Return the first place in between where two characters may be parted, -1 where none is.

    The place is after `start` and before `end`. Nothing that joins stands on its two sides; a word
    may be parted there.
    """
    match = _loose_pattern().search(text, start, end)
    return match.end() if match and match.end() < end else -1


def lines(text: str) -> list[str]:
    """Return the text's lines, split on line feeds only; joined by them they are the text."""
    return text.split("\n")


def size(text: str) -> int:
    """Return the size in bytes of UTF-8 (lone surrogates count three)."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def tokens(text: str) -> list[str]:
    """Return the words and signs that the engine aligns; joined they are the text.

    A token is a run of white space, a URL, a number with its separators, a word with its marks, a
    bracket or quote of wikitext, a tag, an entity, or one other character with all that joins it.
    Chinese, Japanese kana, Thai, Lao, Khmer and Burmese go by character.
    """
    plain = len(text) <= _SHORT and _PLAIN.fullmatch(text)
    return (_plain_pattern() if plain else _token_pattern()).findall(text)


@cache
def _extender() -> re.Pattern[str]:
    return re.compile(f"[{EXTENDERS}]")


def joined(text: str, at: int) -> bool:
    """Tell whether the characters on both sides of a place belong together.

    That is: what follows is a combining mark, a joiner or the like, or a sign that is no letter
    and a zero width joiner stand before it (Unicode Annex 29, rules GB9, GB9a and GB11).
    """
    if not 0 < at < len(text) or (text[at] < "\u0300" and text[at - 1] != "\u200d"):
        return False
    if _extender().match(text, at):
        return True
    if text[at - 1] != "\u200d":
        return False
    base = at - 1
    while base and _extender().match(text, base):
        base -= 1
    return not text[base].isalnum()


@cache
def _spaceless_pattern() -> re.Pattern[str]:
    return re.compile(f"[{_SINGLE}]")


def is_spaceless(stretch: str) -> bool:
    """Tell whether a stretch holds a sign of a script that is written without spaces."""
    return _spaceless_pattern().search(stretch) is not None


@cache
def _word_pattern() -> re.Pattern[str]:
    return re.compile(_WORD)


def is_one_word(stretch: str) -> bool:
    """Tell whether what stands between two spaces is a single token made of letters and digits."""
    if _PLAIN.fullmatch(stretch):
        return stretch.replace("_", "a").isalnum()
    return _word_pattern().fullmatch(stretch) is not None


def is_word(token: str) -> bool:
    """Tell whether a token holds a letter or a digit."""
    return any(map(str.isalnum, token))


def count_words(text: str) -> int:
    """Return how many tokens of the text hold a letter or a digit."""
    found = tokens(text)
    return len([token for token in found if token.isalnum() or (token[1:] and is_word(token))])


def heading(line: str) -> tuple[int, str] | None:
    """Return (level, text) of a heading line, or None.

    MediaWiki's rule (Manual: Parser, "Headings"): one to six equal signs at both ends, white
    space and comments may follow; where the ends differ, the shorter counts and the rest is text.
    """
    if line[:1] != "=":
        return None
    rest = line.rstrip(" \t\r")
    if rest[-3:] == "-->":
        rest = _without_trailing_comments(rest)
    size = len(rest)
    if size < 3 or rest[-1] != "=":
        return None
    inner = rest.strip("=")
    if inner:
        left = len(rest.rstrip("=")) - len(inner)
        level = min(left, size - left - len(inner), 6)
    else:
        level = min((size - 1) // 2, 6)
    return level, rest[level:-level].strip()


def _without_trailing_comments(line: str) -> str:
    while line.endswith("-->"):
        start = line.rfind("<!--")
        if start < 0:
            break
        line = line[:start].rstrip(" \t\r")
    return line


def common_prefix(a: str, b: str) -> int:
    """Return how many code points two texts share at their start."""
    low, high = 0, min(len(a), len(b)) + 1
    while high - low > 1:  # shared up to low, not up to high
        middle = (low + high) >> 1
        if a.startswith(b[low:middle], low):
            low = middle
        else:
            high = middle
    return low


_NEARLY_ALL = (64, 1024)


def common_suffix(a: str, b: str, limit: int | None = None) -> int:
    """Return how many code points two texts share at their end, `limit` at most."""
    size_a, size_b = len(a), len(b)
    low, high = 0, (min(size_a, size_b) if limit is None else limit) + 1
    for less in _NEARLY_ALL:  # where the common start ends, little is left but the common end
        middle = high - less
        if middle <= 0:
            break
        if a.endswith(b[size_b - middle :]):
            low = middle
            break
        high = middle
    while high - low > 1:
        middle = (low + high) >> 1
        if a.endswith(b[size_b - middle : size_b - low], 0, size_a - low):
            low = middle
        else:
            high = middle
    return low
