#!/usr/bin/env bash
# The launcher against a pretended Debian: dpkg-query, apt-get, sudo, cmake, ninja and ctest are scripts that write down
# how they were called, so that nothing is installed or built.   usage: launcher_test.sh LAUNCHER
set -euo pipefail

launcher=$(readlink -f -- "$1")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
failures=0

check() {  # description, then a command that must hold
  local what=$1
  shift
  if "$@"; then return; fi
  printf 'FAILED: %s\n' "$what"
  printf '  stdout: %s\n  stderr: %s\n  calls: %s\n' "$(<"$work/out")" "$(<"$work/err")" "$(<"$work/calls")"
  failures=$((failures + 1))
}
says() { grep -q -- "$2" "$work/$1"; }
silent() { ! grep -q -- "$2" "$work/$1"; }
same() { [[ $1 == "$2" ]]; }

tree=$work/tree
stubs=$work/stubs
fresh_tree() {
  rm -rf "$tree" "$stubs"
  mkdir -p "$tree" "$stubs"
  cp "$launcher" "$tree/wattershed"
  : >"$work/installed"
  local name
  for name in cmake ninja ctest sudo apt-get dpkg-query; do
    printf '#!/bin/bash\nwork=%q\ntree=%q\nname=%q\n' "$work" "$tree" "$name" >"$stubs/$name"
    # shellcheck disable=SC2016  # expanded when the pretended program runs
    printf 'printf "%%s" "$name" >>"$work/calls"; printf " [%%s]" "$@" >>"$work/calls"; echo >>"$work/calls"\n' >>"$stubs/$name"
  done
  cat >>"$stubs/dpkg-query" <<'STUB'
for word in "$@"; do
  grep -qxF -- "$word" "$work/installed" && printf 'ii  %s\n' "$word"
done
STUB
  cat >>"$stubs/apt-get" <<'STUB'
[[ ! -e $work/no-lists || $1 == update ]] || { echo "E: Unable to locate package"; exit 100; }
[[ $1 != update ]] || rm -f "$work/no-lists"
for word in "$@"; do echo "$word" >>"$work/installed"; done
STUB
  cat >>"$stubs/sudo" <<'STUB'
"$@"
STUB
  cat >>"$stubs/cmake" <<'STUB'
[[ ! -e $work/no-configure ]] || { echo "CMake Error: the reason"; exit 1; }
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$tree" >"$tree/build/release/CMakeCache.txt"
for word in "$@"; do [[ $word != -DWATTERSHED_TESTS=* ]] || echo "WATTERSHED_TESTS:BOOL=${word#*=}"; done >>"$tree/build/release/CMakeCache.txt"
: >"$tree/build/release/build.ninja"
STUB
  cat >>"$stubs/ninja" <<'STUB'
echo "[1/2] Building CXX object"
[[ ! -e $work/no-build ]] || { echo "FAILED: main.cpp: the reason"; exit 1; }
cat >"$tree/build/release/wattershed" <<'PROGRAM'
#!/bin/bash
printf '%s\n' "$PWD"
printf '<%s>\n' "$@"
exit 7
PROGRAM
chmod +x "$tree/build/release/wattershed"
STUB
  chmod +x "$stubs"/*
  chmod -R a+rwX "$work"
}
status=0
launch() {  # words; runs as it is, from $from
  : >"$work/calls"
  status=0
  (cd "${from:-$work}" && PATH="$stubs:$PATH" "${as[@]}" "${through:-$tree/wattershed}" "$@") \
    >"$work/out" 2>"$work/err" </dev/null || status=$?
}

as=(env CI=true)
fresh_tree
launch run 'a b.yaml' '' --set 'x=1'
check "the program's status is the launcher's" same "$status" 7
check "words arrive whole, and stdout is the program's alone" \
  same "$(<"$work/out")" "$work"$'\n<run>\n<a b.yaml>\n<>\n<--set>\n<x=1>'
check "it says what it installs" says err 'missing: g++ cmake ninja-build'
check "it installs what is missing" says calls 'apt-get \[install\].*\[libhdf5-dev\]'
check "it removes nothing to get there" says calls 'no-remove'
check "running needs no test packages" silent calls doctest
check "running builds the program only" says calls 'ninja .*\[wattershed\]'
check "running configures without tests" says calls 'WATTERSHED_TESTS=OFF'

launch run again
check "a second start installs nothing" silent calls apt-get
check "a second start configures nothing" silent calls '^cmake'

launch test -R sim
check "testing installs the test packages" says calls 'apt-get \[install\].*\[doctest-dev\]'
check "testing configures with tests" says calls 'WATTERSHED_TESTS=ON'
check "testing builds everything" silent calls 'ninja .*\[wattershed\]'
check "testing runs its three labels and hands words on" says calls 'ctest .*fast|slow|evidence.*\[-R\] \[sim\]'

launch run after
check "running keeps the tests configured" silent calls '^cmake'

launch build -j 2 test_sim lint
check "building hands the number of compilers and the targets on" says calls 'ninja .*\[-j\] \[2\] \[test_sim\] \[lint\]$'
check "building configures with tests and runs none" silent calls '^ctest'
check "building leaves stdout alone" same "$(<"$work/out")" ''
launch build -j3
check "the number may stand at its letter" says calls 'ninja .*\[-j\] \[3\]$'
launch build test_sim
check "without a number ninja decides" silent calls '\[-j'
for words in '-j' '-j many' '-j 0' '-j -1' '-j2x'; do
  # shellcheck disable=SC2086  # words are words
  launch build $words
  check "building with $words ends with 3" same "$status" 3
  check "building with $words says what is wanted" says err 'build -j wants a number'
  check "building with $words builds nothing" silent calls '^ninja'
done

fresh_tree
: >"$work/no-lists"
launch run
check "without package lists it updates them and tries again" says calls 'apt-get \[update\]'
check "and then goes on" same "$status" 7

mkdir -p "$work/elsewhere/bin"
ln -sf "$tree/wattershed" "$work/elsewhere/bin/wattershed"
through=$work/elsewhere/bin/wattershed
from=$work/elsewhere
launch run
check "through a symbolic link, in another folder" same "$(<"$work/out")" "$work/elsewhere"$'\n<run>'
unset through from

sed -i 's/^CMAKE_HOME_DIRECTORY.*/CMAKE_HOME_DIRECTORY:INTERNAL=\/another\/place/' "$tree/build/release/CMakeCache.txt"
launch run
check "a tree that was moved is configured afresh" says calls 'cmake .*\[--fresh\]'

: >"$work/no-build"
launch run
check "a failed build ends with 3" same "$status" 3
check "a failed build shows its reason" says err 'FAILED: main.cpp: the reason'
check "and nothing on stdout" same "$(<"$work/out")" ''
rm "$work/no-build"

fresh_tree
: >"$work/no-configure"
launch run
check "a failed configuration ends with 3" same "$status" 3
check "a failed configuration shows its reason" says err 'CMake Error: the reason'
rm "$work/no-configure"

fresh_tree
: >"$tree/build"
launch run
check "a place that cannot be written ends with 3" same "$status" 3
check "a place that cannot be written is named" says err "cannot write into $tree/build/release"

if ((EUID == 0)) && command -v setpriv >/dev/null; then
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups env CI=)
  fresh_tree
  launch run
  check "nobody to ask: it ends with 3" same "$status" 3
  check "nobody to ask: it installs nothing" silent calls apt-get
  check "nobody to ask: it says the command" says err 'sudo apt-get install'
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups env CI=true)
  launch run
  check "an ordinary user of CI installs through sudo" says calls 'sudo .*\[apt-get\] \[install\]'
  check "an ordinary user of CI goes on" same "$status" 7
  chmod -R a-w "$tree"
  launch run
  check "a tree that cannot be written serves its program" same "$status" 7
  check "without building" silent calls ninja
fi

((failures == 0)) || { printf '%d checks failed\n' "$failures"; exit 1; }
echo "the launcher does what its header says"
