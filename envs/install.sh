#!/bin/sh
# Install the locked environment for a Python: `sh envs/install.sh PYTHON`. Nothing is installed whose hash is not
# listed here, and no build tools are fetched beside the list.
set -eu
python=$1
lists=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install() {
    "$python" -m pip install --quiet --require-hashes --no-deps --no-build-isolation --requirement "$@"
}

install "$lists/lock-build.txt"
# torch as pip takes it on this machine, such as a build for CPUs: asked for hashes, pip prefers files whose hash an
# index tells beforehand, and would pass over a local build. Its hash is checked when it is installed.
sed -n '/^torch==/,/[^\\]$/p' "$lists/lock.txt" >"$work/torch.txt"
torch=$(sed 's/ .*//;q' "$work/torch.txt")
"$python" -m pip download --quiet --only-binary :all: --no-deps --dest "$work" "$torch"
install "$work/torch.txt" --no-index --find-links "$work"
install "$lists/lock.txt"
# A torch for CPUs goes without the libraries of CUDA, which take 4 GB.
if "$python" -c 'from importlib.metadata import requires; exit(not any("cuda" in each for each in requires("torch")))'; then
    install "$lists/lock-cuda.txt"
fi
