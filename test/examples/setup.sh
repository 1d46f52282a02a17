#!/usr/bin/env bash
# Makes the virtual environment that examples/python and the laws on real numpy ask for, from the versions that
# examples/python/requirements.txt pins. Nothing of it is tracked by git.
#
#   test/examples/setup.sh          folder: $REFOLD_EXAMPLE_VENV, or node_modules/.cache/refold-example-venv
#
# What is there stays; where pip reaches nothing it says so, and the tests leave it out.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
venv=${REFOLD_EXAMPLE_VENV:-$root/node_modules/.cache/refold-example-venv}
wanted=$root/examples/python/requirements.txt

if cmp -s "$wanted" "$venv/made-from.txt"; then
  echo "$venv is there"
  exit 0
fi
rm -rf "$venv"
if python3 -m venv "$venv" && "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  --retries 1 --timeout 20 --only-binary=:all: --requirement "$wanted"; then
  cp "$wanted" "$venv/made-from.txt"
  du -sh "$venv"
else
  rm -rf "$venv"
  echo "no scikit-learn could be installed here: tests that need it say so" >&2
fi
