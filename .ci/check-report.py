#!/usr/bin/env python3
"""Compares a report with the figures that are known to be right, and its diagnostics with the faults that were planted.

usage: check-report.py REPORT.json EXPECTED.json [REPORT.md]

Right means: every figure of EXPECTED (the whole, each unit, each month) stands in the report, and no unit or month has a figure that
EXPECTED does not give; every planted fault is named by an error or a warning at its file, sheet and cell; no other error is raised.
Of the Markdown, that each whole stands in it as a Vietnamese reader writes it. Exit 0 only then.
"""
import json
import sys
from decimal import Decimal
from pathlib import Path


def amount(text):
    return Decimal(text) if text is not None else Decimal(0)


def vietnamese(text):
    """290556 -> 290.556, 12882.5 -> 12.882,5"""
    return f"{Decimal(text):,f}".translate(str.maketrans(",.", ".,"))


def differences(name, expected, found):
    """Each key on which the two sides do not agree. A figure that is not there counts as none."""
    return [
        f"{name} @ {key}: expected {expected.get(key)}, found {found.get(key)}"
        for key in sorted({*expected, *found}, key=str)
        if amount(expected.get(key)) != amount(found.get(key))
    ]


def place(diagnostic):
    return diagnostic.get("file") or "", diagnostic.get("sheet"), diagnostic.get("cell")


def names(diagnostic, flag):
    """A fault of a whole file is named by the file alone."""
    file, sheet, cell = place(diagnostic)
    return file.endswith(flag[0]) and flag[1] in (None, sheet) and flag[2] in (None, cell)


def main(report_path, expected_path, markdown_path=None):
    report = json.loads(Path(report_path).read_text(encoding="utf-8"))
    expected = json.loads(Path(expected_path).read_text(encoding="utf-8"))
    shown = {indicator["id"]: indicator for indicator in report["indicators"]}
    faults, figures = [], 0

    for id, want in expected["figures"].items():
        if id not in shown:
            faults.append(f"{id}: not in the report")
            continue
        got = shown[id]
        by_unit = {row["unit"]: row["value"] for row in got["by_unit"]}
        by_month = {row["month"]: row["value"] for row in got["by_month"]}
        faults += differences(id, {"the whole": want["value"]}, {"the whole": got["value"]})
        faults += differences(id, want["by_unit"], by_unit)
        # Stocks have no months in EXPECTED.
        if "by_month" in want:
            faults += differences(id, want["by_month"], by_month)
        figures += 1 + len(want["by_unit"]) + len(want.get("by_month", {}))

    doubtful = [d for d in report["diagnostics"] if d["severity"] in ("error", "warning")]
    flags = expected["flags"]
    faults += [f"not named: {flag}" for flag in flags if not any(names(d, flag) for d in doubtful)]
    faults += [
        f"an error where nothing was planted: {d['code']} {place(d)}"
        for d in doubtful
        if d["severity"] == "error" and not any(names(d, flag) for flag in flags)
    ]

    if markdown_path:
        text = Path(markdown_path).read_text(encoding="utf-8")
        known = {id: want for id, want in expected["figures"].items() if id in shown and amount(want["value"])}
        wholes = {id: amount(want["value"]) for id, want in known.items()}
        for id, whole in wholes.items():
            # Money is counted in triệu or tỷ đồng there.
            scales = (1, 10**6, 10**9) if "đồng" in shown[id]["measure"] else (1,)
            if not any(vietnamese(f"{(whole / scale).normalize():f}") in text for scale in scales):
                faults.append(f"{id}: {vietnamese(whole)} is not in the Markdown")

    print(f"{figures} figures compared, {len(flags)} planted faults looked for, {len(faults)} differences")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults or not figures else 0


sys.exit(main(*sys.argv[1:]))
