"""`python -m wikidiff`."""

from wikidiff.cli import run

if __name__ == "__main__":
    run()
