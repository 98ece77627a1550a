"""`python -m wikidiff`."""

import sys

from wikidiff.cli import main

if __name__ == "__main__":
    sys.exit(main())
