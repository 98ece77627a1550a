#!/usr/bin/env bash
# The step of action.yml. All that comes from the event or the user arrives in variables, never in
# the script's own text: a branch's name must not become a command.
set -euo pipefail

if [ -n "${WIKIDIFF_RANGE:-}" ]; then
  range=$WIKIDIFF_RANGE
elif [ -n "${WIKIDIFF_BASE:-}" ]; then # a pull request; the checkout may be its merge commit
  range=$WIKIDIFF_BASE...${WIKIDIFF_HEAD:-HEAD}
elif [ -n "${WIKIDIFF_BEFORE:-}" ] && git cat-file -e "$WIKIDIFF_BEFORE^{commit}" 2>/dev/null; then
  range=$WIKIDIFF_BEFORE..HEAD
else # a new branch, a run by hand
  range=HEAD
fi

read -r -a arguments <<<"${WIKIDIFF_ARGUMENTS:-}"
read -r -a paths <<<"${WIKIDIFF_PATHS:-}"
if [ -n "${WIKIDIFF_SARIF:-}" ]; then
  arguments+=(--output "sarif=$WIKIDIFF_SARIF")
fi
exec wikidiff check --format github "${arguments[@]}" --git "$range" -- "${paths[@]}"
