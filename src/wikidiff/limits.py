"""Every number that stops work, and the record of having been stopped.

Limits are counts of things, never seconds: the same input gives the same answer on any machine.
"""

from __future__ import annotations

from typing import NamedTuple

INPUT_BYTES = 64 << 20
"""Largest source read whole: MediaWiki's own default page limit is 2 MiB."""

MAIL_PARTS = 100
"""Parts of a saved mail, nested ones too, that are looked at: each is shown to all readers."""

HEADER_LINES = 200
"""How many lines from the top, and from the end, are looked at for the frame of a copied page: the
longest menus of MediaWiki's skins have fewer than 100 entries."""

HEADER_CHARS = 400
"""Longest line that can be one of the frame: a page title has at most 255 bytes."""

WORD_CELLS = 25_000_000
"""Old words times new words of one changed line pair between words that stand equally often on both
sides (3 MB, a few milliseconds): above it the stretch is one deletion and one insertion."""

STRETCH_CHARACTERS = 20_000
"""Code points between the first and the last edit from which on what stays between two edits is
compared without cutting it into lines; the lines of a shorter text are aligned all at once."""

WEIGHED_CELLS = 2_500
"""Old tokens times new tokens between words that stay for which those to keep are chosen by their
length (25 microseconds); above it as many are kept as can be."""

LINE_CELLS = 25_000_000
"""Old lines times new lines left between anchors (lines unique on both sides): above it the
stretch is shown as deleted and inserted."""

SHIFT_CHARACTERS = 200
"""How far an inserted or deleted stretch is shifted through characters equal to its own, either
way, to find where it reads best."""

BORDER_CHARACTERS = 1_000
"""How far before and after an edit a border of words is looked for: in a line without one the
words next to the edit are cut somewhere there."""

PAIRING_LINES = 2_000
"""Lines, old and new, of one changed stretch in which edited lines are looked for by their words;
above it a line is compared with the one of the same number only, where the counts are the same."""

LONE_LINES = 200
"""Lines that stay by themselves, of one changed stretch, for which other places are tried."""

LONE_PLACES = 64
"""Lines after the one that stays before it among which such a line's other places are sought."""

SPLIT_CHARACTERS = 8
"""Least letters and signs of a part of a split paragraph, spaces not counted."""

SPLIT_LINES = 8
"""Lines before or after an edited one that may be parts of the same paragraph."""

MOVE_LINES = 2_000
"""Deleted and inserted lines among which those moved and edited on the way are looked for; above it
only lines of the same text count as moved."""

FUZZ_CHARACTERS = 20_000
"""Length of the lines among which edited ones of a hunk are looked for in a text that has moved on;
above it a hunk whose lines are not found is rejected."""

FUZZ_LINES = 1_000
"""How many lines a hunk may have moved, either way, in a text that has moved on."""

CHAR_CELLS = 250_000
"""Characters of a deleted stretch times those of the one inserted in its place for which the two
are compared by character: above it both are marked whole."""

SEGMENT_CHARACTERS = 100_000
"""Code points of an edited line, old and new, in which words of scripts without spaces are looked
for (0.1 microseconds each)."""

PHP_STEPS = 20_000_000
"""Diagonals and equal items walked, or steps slid, by the model of MediaWiki's PHP diff, which has
no cap of its own on lines; above it what is left counts as changed, or stays where it is."""

SLIDE_LINES = 6
"""How far an inserted or deleted block is slid through lines equal to its own, either way."""

MOVE_WORDS = 4
"""Least words of a line that counts as moved: shorter lines stand in many places by chance."""

WIKIDIFF2_WORD_CELLS = 40_000_000
"""Old words times new words between a line's equal ends: wikidiff2's own cap
(MAX_WORD_LEVEL_DIFF_COMPLEXITY), above which it shows the whole line as deleted and inserted."""

WIKIDIFF2_CELLS = 1_000_000_000
"""Cells (one bit each, 125 MB if all at once; seconds) that the model of wikidiff2 spends on the
lines and words of one page; wikidiff2 has no such cap. A diff that would pass it is not made: its
lines count as changed, its words as deleted and inserted in one line."""

RECOVER_REWRITTEN_WORDS = 60
"""Most words of a heading that was written anew and is read word by word."""

RECOVER_REWRITTEN_BEAM = 250
"""Labellings of a heading's words kept from word to word, and of them with one delta."""

RECOVER_REWRITTEN_ALIKE = 6

RECOVER_PULL = 0.5
"""Most that a byte of the delta may be worth, in log-odds, while readings of a heading written anew
are looked for; and the steps of the search for what it is worth on a page."""

RECOVER_PULL_STEPS = 6

RECOVER_REWRITTEN = 8
"""Headings of a page that are read word by word."""

RECOVER_REWRITTEN_PROOFS = 300
"""Labellings of a heading that are made again by the formatter's rules."""

UNSHOWN_BYTES = 2
"""Most bytes that an edit can change without a mobile diff page showing a line: the line end of the
last line, with a carriage return."""


BATCH_HEAD = 2 << 20
"""Bytes by which the form of an input of `batch` is told: bzip2 packs in blocks of up to 900 kB."""

BATCH_RECORDS = 64
"""Records that a process gets at once, and their code points; one record may have more."""

BATCH_CHARS = 1_000_000

POOL_AHEAD = 2
"""Lots that a process is given before it has done the first."""

POOL_LARGE_BYTES = 1 << 20
"""Bytes of a lot after which a process gives back the memory that it took."""

POOL_HELD_BYTES = 8 << 20
"""Bytes of results that wait for those of an earlier lot; at more no further lots are given."""

BATCH_PART = 10_000
"""Records of one part of the output, which is what a kill may cost; and the bytes of its rows."""

BATCH_PART_BYTES = 64 << 20

BATCH_GROUP = 2_000
"""Rows of a Parquet file's row group, and their bytes: so much is held until it is written."""

BATCH_GROUP_BYTES = 4 << 20

BATCH_CHANGES = 2_000
"""Changes of rows that wait to be encoded as Arrow; one row may have more."""


class Fallback(NamedTuple):
    """A limit that was reached: `step` names the work, `seen` is the count that passed `limit`."""

    step: str
    limit: int
    seen: int


RECOVER_LINE_CHARS = 6_000
"""Code points of one shown line in which edit sites are looked for; what stands after them is
taken as common."""

RECOVER_TAGGED_LINE, RECOVER_TAGGED_PAGE = 80, 6_000
"""Words of one shown line, and of a page, that the networks look at; what has more does without,
which costs a long line little: its edits are seldom found with either."""

RECOVER_CONTEXT_WORDS = 300
"""Words and signs of a line whose places are compared with each other."""

RECOVER_TAG_PULLS = (0.0, -0.3, -0.1, -0.04, 0.04, 0.1, 0.3)
"""What a byte of the delta counts where the words of a line are labelled as a whole."""

RECOVER_SPLITS = 40
"""Likeliest borders between deleted and inserted words that are followed up in one line: on pages
kept apart the true one is among so many in 95 of 100 lines of wikidiff2, in 88 of PHP."""

RECOVER_SPLIT_SLACK = 6.0
"""How much less likely than the best such border one may be."""

RECOVER_ENDS = 8
"""Likeliest ends of a replacement on either side of such a border, and the pairs of them."""

RECOVER_END_PAIRS = 20

RECOVER_SPAN_WORDS = 14
"""Words of a deleted or inserted stretch when the byte delta does not say where it ends."""

RECOVER_PURE = 2_500
"""Stretches of a line that may be an insertion or a deletion alone and are looked at closely; and
of those with just the bytes that are asked for."""

RECOVER_LEAST_PURE = 150

RECOVER_TWIN_WORDS = 10
"""Words, signs and spaces of a stretch that a page shows more than once and that may be one edit
made in many places; and likeliest such edits of a line."""

RECOVER_TWINS = 40

RECOVER_TWIN_CHARS = 3
"""Code points of a stretch above which it is no chance that the page shows it twice."""

RECOVER_EXACT = 10

RECOVER_EXACT_ASKED = 15
"""Deltas that a line is asked for for which such stretches are looked up."""

RECOVER_MOVES = 10_000
"""Pairs of marked lines that are compared to find both ends of each move."""

RECOVER_SITES = 4_000
"""Edit sites kept for one line, and of them for one byte delta."""

RECOVER_SITES_PER_DELTA = 24

RECOVER_CHAIN_SITES = 200
"""Likeliest sites of a line that are put together to several edits of that line, and the chains
of them kept: in all, and that end in one place."""

RECOVER_CHAINS = 40

RECOVER_CHAIN_ENDS = 5

RECOVER_CHAIN_NEAR = 8
"""Places where sites end before a site that are near it."""

RECOVER_PARTNERS = 600
"""Likeliest sites of a line among which two are looked for that put brackets around something,
partners of each, and pairs and repeated edits of a line kept."""

RECOVER_PARTNERS_EACH = 4

RECOVER_PARTNERS_KEPT = 40

RECOVER_WORTH = -5.0
"""Log-odds below which a site is not put together with others."""

RECOVER_SITES_ASKED = 12
"""Sites that alone have the delta a line is asked for, and that complete a chain to it."""

RECOVER_SITES_JOINED = 3

RECOVER_CHAINS_ASKED = 12
"""Chains with the delta a line is asked for that are measured as a whole."""

RECOVER_PER_DELTA = 3
"""Readings of one line kept for each delta it is asked for."""

RECOVER_RESIDUALS = 5
"""Likeliest unexplained bytes for which readings are looked up."""

RECOVER_BLIND = 16
"""Readings of an edited line tried without the delta, forwards; and backwards."""

RECOVER_BLIND_BACK = 8

RECOVER_BEAM = 300
"""Partial readings of a page kept forwards, and backwards in each state."""

RECOVER_BEAM_BACK = 40

RECOVER_JOIN = 60
"""Partial readings before a pivot line that are joined with those after it, and the deltas that
they leave to the pivot line."""

RECOVER_NEEDS = 50

RECOVER_PAGE_LINES = 120
"""Shown lines of a page in which edit sites are looked for."""

RECOVER_PAGE_CHARS = 24_000
"""Code points of the shown lines in which edit sites are looked for, all together."""

RECOVER_WHOLE_CHARS = 100_000
"""Code points of the shown lines in which a stretch of words is looked for elsewhere on the page:
more than those in which edit sites are looked for, so that each is among them."""

RECOVER_READINGS = 200
"""Readings of a page that are compared with each other in the end."""

RECOVER_SITES_AT_TARGET = 120
"""Edit sites of a line kept that explain the declared delta by themselves."""

RECOVER_RANKED = 60
"""Readings of a page of which the shown text is made again and all features are measured."""

RECOVER_PROOFS = 1_500
"""Changed lines whose shown text is made again to prove a reading possible."""

RECOVER_PROOF_CHARS = 120_000
"""Code points of all lines made again."""

JSON_MARKS = 5_000_000
"""Commas and opening brackets of a JSON source, those inside its texts too: what its parsing can
make of it. Two revisions of the longest pages of a wiki hold some 100,000."""

JSON_NUMBER = 1 << 53
"""Largest id, size or offset in JSON: what all JSON parsers keep exactly (RFC 8259, section 6)."""

QUOTED_CHARS = 300
"""Code points of a source's own words that a message repeats."""

EXPORT_BYTES = 1 << 40
"""Bytes of an unpacked XML export that are read: the largest dump files are some 100 GB."""

EXPORT_RATIO = 5_000
"""Unpacked bytes for each packed one of an export, beyond the first EXPORT_FREE_BYTES: histories
in 7z come to some 200, a file of zeros in bzip2 to over 100,000."""

EXPORT_FREE_BYTES = 64 << 20

EXPORT_TOKEN_BYTES = 8 << 20
"""Bytes of one XML tag, comment or the like in an export. Expat before 2.6 reads a token from its
start again with each block that does not end it."""

HISTORY_BYTES = 2 << 20
"""Bytes of a page's earlier texts, each as what it changed, that are kept in memory while its
history passes by; what is more goes to a temporary file."""

EXPORT_TITLES = 5
"""Titles told of a source that holds several pages."""

TEXT_ROWS = 1_000_000
"""Lines of a copied page in which the rows of a diff table are looked for."""

RECOVER_HEADING_OPTIONS = 4_000
"""Readings of an edited heading that are kept."""

RECOVER_HEADING_CHARS = 400
"""Code points of a heading whose grammar is tried out."""

MARKUP_TOKENS = 50_000
"""Brackets, tags and other signs of one text of which the structure is worked out (the longest
articles of the corpus have 12,000); above it the text is taken as plain."""

MARKUP_LINE_CHARS = 100_000
"""Code points of a changed line whose markup is looked at (paragraphs have some thousands): in a
longer one every edit would cost the whole of it, so that it is plain text."""

MARKUP_LINES = 50_000
"""Changed lines of a page that are told of; above it the rest are not."""

MARKUP_DEPTH = 30
"""How deep constructs may stand in one another: above it an opening bracket is plain text.
mwparserfromhell leaves away what is deeper than 33 templates, MediaWiki stops at 40."""

MARKUP_CELLS = 250_000
"""Old parts times new parts of one kind between equal ends, aligned exactly; above it those with
the same text are paired in order."""

MARKUP_PAIRS = 2_500
"""Old parts times new parts of one changed stretch compared for likeness; above it they are paired
by name."""

MARKUP_LIKENESS_CHARS = 1_000
"""Code points at the start of two parts that are compared for likeness."""

MARKUP_TABLE_CELLS = 50_000
"""Cells of one table told apart; above it the table is one thing that changed."""

CHANGE_CHARS = 1_000
"""Code points of a change's `old` and `new`: what is longer ends in an ellipsis."""

CHANGES = 10_000
"""Changes told of one Document, and things compared of one side of a piece of it."""

MARKUP_UNIT_CHARS = 2_000_000
"""Code points of one construct, such as a table, that is parsed: above it it is plain text.
MediaWiki's pages have at most 2 MiB."""

FINDINGS = 1_000
"""Findings of one rule in one Document: a page with more has one trouble, not many."""

HEADER_WORDS = 30
"""Words and signs of a header line among which a date is looked for."""

TABLE_HEAD_CHARS = 100_000
"""Code points of a copied page above its diff table, menus included."""

LINE_NUMBER = 1 << 31
"""Largest line number that a page may tell."""

CLIP_LINES = 200_000
"""Lines of a copied desktop table that are sorted into old and new."""

CLIP_CELLS = 25_000_000
"""Lines of a copied table times lines of the article below it that are held against each other."""

CLIP_LISTED = 250
"""Lines at a copied page's end among which the list of categories is looked for, and categories of
the table that are looked for in it."""

CLIP_PAIR_CHARS = 20_000
"""Code points at the start of two cells of a copied table whose words are aligned to tell whether
they are one line edited."""

CLIP_ALIKE = 20
"""Cells of a copied table that may have the same words in a row: those of more tell nothing."""

CLIP_TWINS = 2_000
"""Cells of a copied table equal to the next one up to which two short ones may be one side's."""

CLIP_CHARS = 2_000
"""Code points at a line's start by which two lines are compared, and looked for in the article."""

HTML_DEPTH = 512
"""Elements of an HTML page standing in each other: browsers stop at the same depth, and looking for
the start of an end tag takes as many steps."""

HTML_CELLS = 1_000_000
"""Cells or blocks of an HTML diff that hold a line: two a row, so 500,000 rows."""

HTML_FRAME = 5_000
"""Elements and texts kept of the headers and notices of an HTML page; a header has about 40."""

HTML_HEAD = 500_000
"""Code points of an HTML page above its diff that are searched for its title, address and ids: a
page's own head and menus have some 30,000."""

HTML_CLASSES = 1_000
"""Different class attributes of an HTML page whose meaning is kept: a diff has about 20."""

RECOVER_SLACK = 12.0
"""Log-probability below the best reading so far at which readings are no longer looked up."""

RECOVER_FULL_CHARS = 1_200
"""Shown code points of a page up to which each line is searched in full; the more there are above
it, the fewer borders and shorter spans are followed up, but never fewer than these."""

RECOVER_LEAST_SPLITS = 8

RECOVER_LEAST_SPAN = 10

RECOVER_HEADING_PROOFS = 400
"""Likeliest readings of an edited heading that are tried on the formatter."""

ID_DIGITS = 15
"""Digits of a revision's id or a number of bytes on a page; the largest wiki is at 11."""

ONE_SIDE_GRAM_CHARS = 40_000
"""Code points of a known side whose character grams are counted."""

ONE_SIDE_STEPS = 400_000
"""Places of a known line's words in a shown line that are tried."""

ONE_SIDE_EMBEDDINGS = 4
"""Ways kept to find a known line in a shown one."""

ONE_SIDE_SPAN = 40
"""Words of a stretch that one side lacks, where the byte delta does not say how long it is."""

ONE_SIDE_WEIGHED = 150
"""Likeliest stretches of a run of known words that are weighed as edit sites."""

ONE_SIDE_BESIDE = 120
"""Words of a stretch that something replaced."""

ONE_SIDE_PAIRED = 40
"""Likeliest stretches of a line that are put together to two."""

ONE_SIDE_PER_DELTA = 3
"""Choices kept of a line, and of a page up to a line, for each byte delta."""

ONE_SIDE_LINE_PER_DELTA = 8
"""Choices kept of one line for each byte delta."""

ONE_SIDE_AT_TARGET = 30
"""Choices of a line looked at for what the rest of the page leaves of the byte delta."""

ONE_SIDE_SUMS = 12_000
"""Choices of two parts of a line, or of two lines, that are put together."""

ONE_SIDE_OTHERS = 300
"""Other sides of one edited line that are kept."""

ONE_SIDE_BREAKS = 6
"""Line ends put into one stretch that the old PHP formatter shows joined."""

ONE_SIDE_NODES = 60_000
"""Pairs of (shown lines read, known lines read) visited for one page."""

ONE_SIDE_LINE_SUMS = 8_000
"""Readings of a page up to a line, times readings of that line, that are put together."""

ONE_SIDE_JOINED = 3_000
"""Pairs of (shown lines read, known lines read) of a page up to which readings from either end are
joined."""

ONE_SIDE_MET = 1_000
"""Readings joined from either end that are kept."""

ONE_SIDE_SKELETONS = 120
"""Ways to take the lines of a page as whole, edited or unchanged whose edits are then filled in."""

ONE_SIDE_NEAR = 12
"""Of these, how many are also filled in so that a byte or so of the delta is left over."""

ONE_SIDE_DRAFTS = 200
"""Readings of a page kept before the formatter's rules are asked."""

ONE_SIDE_PROOF_CHARS = 100_000
"""Code points of edited lines that are made again to prove readings of them."""

ONE_SIDE_FILL = 300
"""Readings kept of the edited lines before, and after, one of them."""

ONE_SIDE_JOIN = 60
"""Of these, how many on each side are put together to see what they leave of the delta."""

ONE_SIDE_NEEDS = 200
"""Deltas of one edited line that are looked up for what the others leave."""

ONE_SIDE_LOOKUPS = 2_500
"""Such deltas that are looked up for one page and round."""

ONE_SIDE_ROUNDS = 3
"""Times that a page is searched, each time without what the formatter would not show."""

ONE_SIDE_PAGE_SUMS = 400_000
"""The same for all lines of a page, which share them evenly."""

ONE_SIDE_BEAM = 1_000
"""Readings kept of a page up to one such pair."""

ONE_SIDE_KEPT = 12
"""Readings of a whole page kept for each byte delta."""

ONE_SIDE_LACK = 2_000
"""Bytes of a line that one side can lack where no byte delta is declared."""

ONE_SIDE_RUN = 200
"""Known lines that one joined block of the old PHP formatter may hold."""

ONE_SIDE_PROOFS = 24
"""Readings of a page of which the shown lines are made again."""

ORACLE_OPEN = 12
"""Openers without closers in a text that mwparserfromhell is still given (tests only): it parses
to the end again for each of them."""

DIFF_HUNKS = 100_000
"""Hunks of one unified diff."""

ONE_SIDE_READINGS = 5
"""Readings of a page listed when one side's text is known."""

MARKUP_PIECE_CHARS = 250_000
"""Code points around changed lines that are parsed to find what they stand in (the largest table
of the corpus has 102,000): lone brackets would make every edit cost the whole page. Above it only
the changed lines are parsed."""

MARKUP_PIECE_LINES = 10_000
"""The same in lines."""

MARKUP_WIDENINGS = 4
"""How often one of these two limits is reached before the other changed lines of the page are
parsed by themselves."""

LIVE_BYTES = INPUT_BYTES
"""Bytes of one answer of a wiki, unpacked."""

LIVE_TRIES = 4
"""How often a wiki that says it is busy is asked."""

LIVE_WAIT = 60
"""Longest wait, in seconds, that a busy wiki may ask for."""

LIVE_REDIRECTS = 5
"""Redirects followed from one address, all to the same host unless that is asked for."""

LIVE_CONNECT_SECONDS = 10
"""How long a connection may take. Seconds, unlike all other limits: others are waited for."""

LIVE_READ_SECONDS = 30
"""How long an answer may pause."""

LIVE_SECONDS = 120
"""How long an answer may take as a whole: one may come byte by byte."""

LIVE_MAXLAG = 5
"""Seconds of lag of a wiki's databases at which it should refuse to answer (Manual:Maxlag)."""

LIVE_HISTORY = 500
"""Revisions of a page among which the one of a copied page is looked for."""

FEED_ENTRIES = 10_000
"""Entries of one feed; MediaWiki gives at most 500."""

FLAT_CHARS = 2 << 20
"""Code points of a copied page whose marks are gone: as many as MediaWiki's longest page has bytes.
Each reading of it is made again as a whole."""

RECOVER_LONG_LINE = 50_000
"""Code points of a shown line above which it is taken as a whole: what an edit of a few words makes
of it would be made and compared for each reading. A chapter of a book has as many."""

RECOVER_WORD = 100
"""Code points of the longest word that is looked up: no longer one was counted."""

FLAT_LINES = 2_000
"""Shown lines of a copied page whose marks are gone: a diff page shows two around each change."""

REVERT_RADIUS = 15
"""Most revisions that one revert undoes, and among which text that is put back is looked for:
mwreverts' default (after Priedhorsky et al., 2007)."""

HISTORY_CHARS = 64 << 20
"""Code points of texts that a log keeps because their rows may not be wanted in the end: above it
their rows are made."""

LIVE_REVISIONS = 50_000
"""Revisions of a page's history on a live wiki: their heads come 500 an answer, and are kept."""

LIVE_HEADS = 500
"""Heads of revisions asked for at once: the most that a wiki gives to everybody."""

LIVE_BATCH_BYTES = 4 << 20
"""Bytes of the texts asked for at once: a wiki answers with at most some 8 MB
($wgAPIMaxResultSize)."""

HISTORY_SORTED_CHARS = 16 << 20
"""Code points of a history that is put in order; one with more must be in order."""

BLAME_KEPT = 2_000_000
"""Lines of earlier texts whose writers are kept, in case such a text comes back whole (8 bytes
each)."""

BLAME_CHARS = 32 << 20
"""Code points of lines taken out of a page that are remembered, with their writers."""

BLAME_GRAMS = 500_000
"""How many times four words in a row, taken out of a page, are remembered (some 150 bytes each)."""
