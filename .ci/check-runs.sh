#!/usr/bin/env bash
# Scheduled runs as they go wrong: the same command twice at once, killed at any moment, on a full disk.
#   bash .ci/check-runs.sh DANVAN WORKSPACE [PAIRS] [KILLS]
# After each, the outputs are whole and all of one run, and the next run that succeeds leaves nothing else behind. There are two
# kinds of runs, which differ in every file: what each leaves when it is alone is made first, and all is laid beside these.
set -euo pipefail
danvan=$(realpath "$1")
workspace=$(realpath "$2")
pairs=${3:-50}
kills=${4:-100}
python=/usr/bin/python3
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

run() { "$danvan" report --year 2023 -q --compare "${2:-previous}" --format xlsx,md,docx,json -C "$workspace" -o "$1" >/dev/null 2>>"$out/stderr"; }

# Whole: every output opens, and is what one kind of run leaves alone, as the manifest is. `clean`: nothing else is there.
whole() {
    "$python" - "$1" "${2:-}" "$out/alone/previous" "$out/alone/none" <<'PY'
import json, pathlib, sys, zipfile
folder, clean = pathlib.Path(sys.argv[1]), sys.argv[2] == "clean"
names = sorted(path.name for path in folder.iterdir())
assert "tong-ket-2023.manifest.json" in names, names
manifest = json.loads((folder / "tong-ket-2023.manifest.json").read_text("utf-8"))
outputs = [output["name"] for output in manifest["outputs"]]
for output in manifest["outputs"]:
    path = folder / output["name"]
    data = path.read_bytes()
    assert len(data) == output["bytes"], f"{path.name} is of another run"
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None, path.name
    elif path.suffix == ".json":
        json.loads(data)
def read(folder):
    manifest = json.loads((folder / "tong-ket-2023.manifest.json").read_text("utf-8"))
    return [(output, (folder / output["name"]).read_bytes()) for output in manifest["outputs"]]
alone = [read(pathlib.Path(path)) for path in sys.argv[3:]]
for outputs_of in alone:
    # The hashes, which the same bytes have; tests/suite/runs.rs looks whether they are true.
    assert len(outputs_of) == 4, outputs_of
assert all(one != other for (_, one), (_, other) in zip(*alone)), "the two kinds of runs do not differ"
assert read(folder) in alone, "the outputs, or their manifest, are of several runs"
expected = sorted(outputs + ["tong-ket-2023.manifest.json"])
assert not clean or names == expected, f"left behind: {sorted(set(names) - set(expected))}"
PY
}

run "$out/alone/previous" previous
run "$out/alone/none" none

echo "$pairs times twice at once"
for at in $(seq "$pairs"); do
    # Into a folder that is not there yet, too.
    if ((at % 2)); then rm -rf "$out/pairs"; fi
    run "$out/pairs" previous & first=$!
    run "$out/pairs" none & second=$!
    wait "$first" || { echo "first run of pair $at: exit $?"; exit 1; }
    wait "$second" || { echo "second run of pair $at: exit $?"; exit 1; }
    whole "$out/pairs" clean
done

echo "killed $kills times at any moment"
started=$(date +%s%N)
run "$out/kills"
took=$((($(date +%s%N) - started) / 1000))
cp -r "$out/kills" "$out/before"
mixed=0
for at in $(seq "$kills"); do
    # The end of a run, where it writes, is where it can be hurt: three times in four it is killed there.
    if ((at % 4)); then from=$((took * 80 / 100)); span=$((took * 25 / 100)); else from=0; span=$took; fi
    "$danvan" report --year 2023 -q --format xlsx,md,docx,json -C "$workspace" -o "$out/kills" >/dev/null 2>&1 & pid=$!
    wait=$((from + (RANDOM * 32768 + RANDOM) % (span + 1)))
    sleep "$(printf '%d.%06d' $((wait / 1000000)) $((wait % 1000000)))"
    kill -KILL "$pid" 2>/dev/null || true
    code=0
    wait "$pid" 2>/dev/null || code=$?
    case $code in 0 | 137) ;; *) echo "kill $at: exit $code"; exit 1 ;; esac
    # The same bytes, whether of the run before or of this one; only the manifest tells them apart.
    for name in tong-ket-2023.xlsx tong-ket-2023.md tong-ket-2023.docx tong-ket-2023.json; do
        cmp "$out/kills/$name" "$out/before/$name"
    done
    if [ -e "$out/kills/.danvan-journal" ]; then mixed=$((mixed + 1)); fi
done
echo "  of these, $mixed in the midst of renaming"
run "$out/kills"
whole "$out/kills" clean

echo "killed between two different sets"
# An ended set is all of one run: with another option every format differs.
for at in $(seq $((kills / 4))); do
    option=$( ((at % 2)) && echo none || echo previous)
    "$danvan" report --year 2023 -q --compare "$option" --format xlsx,md,docx,json -C "$workspace" -o "$out/kills" >/dev/null 2>&1 & pid=$!
    wait=$((took * 88 / 100 + (RANDOM * 32768 + RANDOM) % (took * 15 / 100 + 1)))
    sleep "$(printf '%d.%06d' $((wait / 1000000)) $((wait % 1000000)))"
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    # Another period's run ends what this one began.
    "$danvan" report --year 2022 -q --format md -C "$workspace" -o "$out/kills" >/dev/null 2>&1
    whole "$out/kills"
    test ! -e "$out/kills/.danvan-journal"
    if compgen -G "$out/kills/.danvan-*.tmp" >/dev/null; then echo "left behind after kill $at"; exit 1; fi
done

echo "on a full disk"
mkdir "$out/full"
if mount -t tmpfs -o size=1m tmpfs "$out/full" 2>/dev/null; then
    run "$out/full"
    cp -r "$out/full" "$out/full-before"
    dd if=/dev/zero of="$out/full/filler" bs=1k 2>/dev/null || true
    code=0
    run "$out/full" || code=$?
    [ "$code" = 2 ] || { echo "full disk: exit $code"; exit 1; }
    rm "$out/full/filler"
    diff -r "$out/full" "$out/full-before"
    run "$out/full"
    whole "$out/full" clean
    umount "$out/full"
else
    # A limit on the size of files is the nearest to a full disk without rights to mount one.
    run "$out/full"
    cp -r "$out/full" "$out/full-before"
    code=0
    (ulimit -f 40; trap '' XFSZ; run "$out/full") || code=$?
    [ "$code" = 2 ] || { echo "file size limit: exit $code"; exit 1; }
    diff -r "$out/full" "$out/full-before"
    echo "  no right to mount a small disk: with a limit on the size of files instead"
fi
echo "runs are whole"
