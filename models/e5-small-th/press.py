"""Press titles and their texts: a part to train on, a part to measure on."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

# Items at the beginning of the shuffled list that nothing is trained on.
HELD_OUT = 2000
CHARACTERS = 240


def spaced(text: str) -> str:
    return " ".join(text.split())


def read_press(path: Path) -> list[tuple[str, str]]:
    """Titles and the beginnings of their texts without date and title, one item a title, always in the same shuffled order."""
    items = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            item = json.loads(line)
            title, text = spaced(item["title"]), spaced(item["text"].replace("Your browser does not support the audio element.", " "))
            text = spaced(re.sub(r"^วัน\S+ที่ \d+ \S+ \d{4} ", " ", text.replace(title, " ")))[:CHARACTERS]
            if len(title) >= 20 and len(text) >= 100:
                items.setdefault(title, text)
    shuffled = list(items.items())
    random.Random(0).shuffle(shuffled)
    return shuffled
