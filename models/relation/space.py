"""Learns the space in which the duplicate check compares meanings: a linear map of the encoder's vectors.

    pip install numpy
    python space.py --thiap target/release/thiap --projects projects.csv --paraphrases paraphrases.jsonl --output space.json

`projects.csv` has the columns `id`, `title` and `items` (lines apart by " | "); `paraphrases.jsonl` has for some of these
projects the title and text of a draft that would do the same in other words, of one that does a part of it, and of one
that sounds alike and does something else. The map learns by contrast (InfoNCE, van den Oord et al. 2018): a paraphrase is to
be nearer to its project than to the other projects of its batch and to what only sounds alike. Nothing else is
read; above all no judged draft, so that the relation model may be trained on those. The same input and seed give the
same map on the same machine. `thiap train --space space.json` takes the result.
"""

import argparse
import csv
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

TEXTS = {"same_title": 1.0, "same_both": 1.0, "same_text": 1.0, "overlap_text": 0.5}


def embedded(thiap: Path, texts: list[str]) -> np.ndarray:
    """Vectors of texts, as the product makes them of projects and drafts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.jsonl"
        lines = [json.dumps({"id": str(n), "text": t, "kind": "passage"}, ensure_ascii=False) for n, t in enumerate(texts)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [thiap, "--quiet", "--format", "jsonl", "embed", "--input", path]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return np.array([json.loads(line)["embedding"] for line in output.splitlines()], np.float32)


def unit(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return x / lengths, lengths


def contrast(matrix, queries, documents, weights, usable, temperature):
    """The loss of a batch and its gradient; the document of query i is document i."""
    (q, q_length), (d, d_length) = unit(queries @ matrix), unit(documents @ matrix)
    similar = np.where(usable, q @ d.T / temperature, -1e9)
    shifted = similar - similar.max(1, keepdims=True)
    share = np.exp(shifted)
    share /= share.sum(1, keepdims=True)
    rows = np.arange(len(q))
    loss = -(weights * np.log(share[rows, rows] + 1e-12)).sum() / weights.sum()
    slope = share.copy()
    slope[rows, rows] -= 1
    slope *= (weights / weights.sum())[:, None] / temperature
    to_q, to_d = slope @ d, slope.T @ q
    to_q = (to_q - (to_q * q).sum(1, keepdims=True) * q) / q_length
    to_d = (to_d - (to_d * d).sum(1, keepdims=True) * d) / d_length
    return loss, queries.T @ to_q + documents.T @ to_d


def train(texts, titles, wholes, misses, same_title, arguments) -> np.ndarray:
    random = np.random.default_rng(arguments.seed)
    matrix = np.eye(titles.shape[1])
    first, second = np.zeros_like(matrix), np.zeros_like(matrix)
    names = list(TEXTS)
    order: list[int] = []
    for step in range(1, arguments.steps + 1):
        while len(order) < arguments.batch:
            order += random.permutation(len(titles)).tolist()
        units, order = np.array(order[: arguments.batch]), order[arguments.batch :]
        kinds = random.integers(0, len(names), len(units))
        queries = np.stack([texts[names[kind]][n] for kind, n in zip(kinds, units)])
        weights = np.array([TEXTS[names[kind]] for kind in kinds])
        own = np.where(random.random(len(units))[:, None] < 0.25, wholes[units], titles[units])
        documents = np.concatenate([own, misses[units]])
        usable = same_title[units][:, None] != same_title[units][None, :]
        usable = np.concatenate([usable | np.eye(len(units), dtype=bool), np.ones_like(usable)], axis=1)
        loss, gradient = contrast(matrix, queries, documents, weights, usable, arguments.temperature)
        gradient += arguments.drift * (matrix - np.eye(len(matrix))) / len(matrix)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        rate = arguments.rate * 0.5 * (1 + np.cos(np.pi * step / arguments.steps))
        matrix -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        if step % 100 == 0:
            print(f"step {step}: loss {loss:.4f}")
    return matrix


def space_file(matrix: np.ndarray) -> dict:
    """As `thiap` reads a space: no mean is taken away, a signed byte for each component of a direction."""
    scales = np.abs(matrix).max(0)
    whole = np.round(matrix / scales * 127).astype(np.int8)
    nothing = np.zeros(len(matrix), "<f4").tobytes().hex()
    return {
        "means": [nothing] * 3,
        "scales": [float(np.float32(scale)) for scale in scales],
        "directions": [column.tobytes().hex() for column in whole.T],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--thiap", type=Path, required=True)
    parser.add_argument("--projects", type=Path, required=True)
    parser.add_argument("--paraphrases", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, help="keeps the vectors here, or takes them from here")
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--drift", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with arguments.projects.open(encoding="utf-8", newline="") as file:
        projects = {row["id"]: row for row in csv.DictReader(file)}
    lines = arguments.paraphrases.read_text(encoding="utf-8").splitlines()
    entries = [entry for entry in map(json.loads, lines) if entry["project_code"] in projects]
    if arguments.vectors and arguments.vectors.exists():
        vectors = dict(np.load(arguments.vectors))
    else:
        texts = {name: [e[name] for e in entries] for name in ("same_title", "same_text", "overlap_text", "other_title")}
        texts["same_both"] = [f"{e['same_title']} {e['same_text']}" for e in entries]
        own = [projects[e["project_code"]] for e in entries]
        texts["title"] = [p["title"] for p in own]
        texts["whole"] = [" ".join([p["title"], *p["items"].split(" | ")]).strip() for p in own]
        flat = embedded(arguments.thiap, [text for part in texts.values() for text in part])
        vectors = dict(zip(texts, np.split(flat, len(texts))))
        if arguments.vectors:
            np.savez(arguments.vectors, **vectors)
    titles = ["".join(projects[e["project_code"]]["title"].split()) for e in entries]
    numbers = {title: n for n, title in enumerate(sorted(set(titles)))}
    same_title = np.array([numbers[title] for title in titles])
    texts = {name: vectors[name] for name in TEXTS}
    matrix = train(texts, vectors["title"], vectors["whole"], vectors["other_title"], same_title, arguments)
    arguments.output.write_text(json.dumps(space_file(matrix)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
