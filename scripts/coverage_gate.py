#!/usr/bin/env python3
"""Line coverage of the product's assemblies, merged over every test run, against a bound.

  scripts/coverage_gate.py PERCENT FOLDER    reads all coverage.cobertura.xml below FOLDER; ends with 1 when an assembly is below PERCENT

A line counts as covered when any run hit it. Generated code and test projects are left out by scripts/coverage.runsettings.
"""
import glob
import os
import sys
import xml.etree.ElementTree as xml
from collections import defaultdict

GATED = {"Holdfast.Protocol", "Holdfast.Core", "Holdfast.Drivers", "holdfastd"}
WORST_FILES = 15


def merge(folder):
    """assembly -> file -> line number -> hit by any run"""
    lines = defaultdict(lambda: defaultdict(dict))
    for path in glob.glob(folder + "/**/coverage.cobertura.xml", recursive=True):
        if "/In/" in path:  # the test platform's own copy
            continue
        report = xml.parse(path).getroot()
        root = report.findtext("sources/source", "")
        for package in report.iterfind("packages/package"):
            for part in package.iterfind("classes/class"):
                of_file = lines[package.get("name")][os.path.relpath(os.path.join(root, part.get("filename")))]
                for line in part.iterfind("lines/line"):
                    number = int(line.get("number"))
                    of_file[number] = of_file.get(number, False) or int(line.get("hits")) > 0
    return lines


def count(files):
    return sum(sum(hit.values()) for hit in files), sum(len(hit) for hit in files)


def main(bound, folder):
    lines = merge(folder)
    short = []
    for assembly in sorted(GATED & lines.keys()):
        covered, total = count(lines[assembly].values())
        percent = 100 * covered / total if total else 100
        print(f"{assembly:20} {percent:6.2f} % of {total} lines")
        if percent < bound:
            short.append(assembly)
    for assembly in short:
        print(f"\n{assembly} is below {bound:g} %. Most uncovered lines:")
        missed = sorted(((total - covered, name) for name, hit in lines[assembly].items() for covered, total in [count([hit])]), reverse=True)
        print("\n".join(f"  {number:5} {name}" for number, name in missed[:WORST_FILES]))
    if not lines:
        print(f"no coverage was recorded under {folder}")
    return 1 if short or not lines else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2]))
