"""wikidiff as a peer: answers pairs, the whole Document and every segment made, CPU time taken."""

from __future__ import annotations

import json
import sys
import time

import wikidiff

for asked in map(json.loads, sys.stdin):
    begun = time.process_time()
    for _ in range(asked["times"]):
        for line in wikidiff.diff(asked["old"], asked["new"]).lines():
            line.segments  # noqa: B018 - made when asked for
    spent = time.process_time() - begun
    print(json.dumps({"seconds": spent / asked["times"]}), flush=True)
