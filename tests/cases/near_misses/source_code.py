"""Compare two revisions; a heading is == Like this ==."""

HEADING = "== {} =="


def is_heading(line):
    """Tell whether a line is a heading."""
    if line == "==" or line[:2] == line[-2:] == "==":
        return True
    return False  # @@ -1 +1 @@ is none


MARKS = "@@ -1,2 +1,2 @@"
