#!/usr/bin/env python3
"""Adds up what scripts/test.sh and .ci/run left under the given folders.

Prints a line a run, every skipped test with its reason, every failed one by name, and last `N passed, N failed[, N skipped]`.
A run that ended badly without a failed test to show for it counts as one failure, so a crash is never silent.
"""
import os
import sys
import xml.etree.ElementTree as xml

NS = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}
MESSAGE_LINES = 12


class Run:
    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped, self.seconds = name, 0, [], [], 0


def read_run(folder):
    run = Run(os.path.basename(folder))
    with open(os.path.join(folder, "exit"), encoding="utf-8") as file:
        status, run.seconds = (int(word) for word in file.read().split())
    for name in sorted(name for name in os.listdir(folder) if name.endswith(".trx")):
        read_trx(os.path.join(folder, name), run)
    if run.passed == 0 and not run.failed:
        run.failed.append(f"the run ended with {status} and passed no test")
    elif status != 0 and not run.failed:
        run.failed.append(f"the run ended with {status} although no test failed")
    return run


def read_trx(path, run):
    try:
        root = xml.parse(path).getroot()
    except xml.ParseError as error:
        run.failed.append(f"{path} cannot be read: {error}")
        return
    for result in root.iterfind("t:Results/t:UnitTestResult", NS):
        name, outcome = result.get("testName"), result.get("outcome")
        if outcome == "Passed":
            run.passed += 1
        elif outcome == "NotExecuted":
            reason = result.findtext("t:Output/t:ErrorInfo/t:Message", None, NS) or result.findtext("t:Output/t:StdOut", "", NS)
            run.skipped.append((name, " ".join(reason.split()) or "no test by itself: another one starts it as a program"))
        else:
            message = result.findtext("t:Output/t:ErrorInfo/t:Message", "", NS).strip()
            run.failed.append("\n      ".join([name, *message.splitlines()[:MESSAGE_LINES]]))


def read_check(path):
    run = Run("check " + os.path.basename(path).removesuffix(".check"))
    with open(path, encoding="utf-8") as file:
        status, run.seconds = (int(word) for word in file.read().split())
    if status == 0:
        run.passed = 1
    else:
        run.failed.append(f"ended with {status}")
    return run


def read_stage(stage):
    for name in sorted(os.listdir(stage)) if os.path.isdir(stage) else []:
        path = os.path.join(stage, name)
        if os.path.exists(os.path.join(path, "exit")):
            yield read_run(path)
        elif name.endswith(".check"):
            yield read_check(path)


def main(stages):
    runs = [run for stage in stages for run in read_stage(stage)]
    print()
    for run in runs:
        print(f"{run.name:40} {run.passed:6} passed {len(run.failed):4} failed {len(run.skipped):4} skipped {run.seconds:6} s")
    for title, lines in (
        ("Skipped:", [f"{run.name}: {name}: {reason}" for run in runs for name, reason in run.skipped]),
        ("Failed:", [f"{run.name}: {name}" for run in runs for name in run.failed]),
    ):
        if lines:
            print("\n" + title)
            print("\n".join("  " + line for line in lines))
    passed, failed, skipped = (sum(counts) for counts in zip(*((r.passed, len(r.failed), len(r.skipped)) for r in runs), (0, 0, 0)))
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
