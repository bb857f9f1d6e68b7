"""Cuts texts into words with a DeepCut network: `label_texts.py WEIGHTS.h5 TEXTS.txt LABELLED.txt`.

TEXTS.txt holds a text a line in normal form; LABELLED.txt gets the same lines with `|` between words. WEIGHTS.h5 are Keras
weights of the DeepCut architecture (for example those in the PyPI package OSKut). Needs numpy, h5py, torch and the
PyPI package deepcut, of which only the character table is read. The cut probability of a character looks at the ten
characters before and behind it.
"""

import importlib.util
import re
import sys

import h5py
import numpy as np
import torch

CONTEXT = 10
BATCH = 4096
CHUNK = 100_000
MAI_YAMOK = "ๆ"


def character_tables():
    """The tables of deepcut/utils.py, without importing the package, which would start TensorFlow."""
    package = importlib.util.find_spec("deepcut").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("deepcut_tables", package + "/utils.py")
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    return tables


class Network:
    """The DeepCut network: parallel convolutions over character embeddings, their maximum, two dense layers."""

    def __init__(self, path, tables):
        self.tables = tables
        layers = {}

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                layer, parameter = name.split("/")[0], name.rsplit("/", 1)[1].split(":")[0]
                layers.setdefault(layer, {})[parameter] = torch.tensor(np.array(item))

        with h5py.File(path, "r") as file:
            (file["model_weights"] if "model_weights" in file else file).visititems(visit)

        def kind(name):
            def number(layer):
                found = re.search(r"_(\d+)$", layer)
                return int(found[1]) if found else 0

            chosen = [layer for layer in layers if re.fullmatch(name + r"(_\d+)?", layer)]
            return [layers[layer] for layer in sorted(chosen, key=number)]

        self.embeddings = kind("embedding")
        self.norms = kind("batch_normalization")
        self.convolutions = sorted(kind("conv1d"), key=lambda layer: layer["kernel"].shape[0])
        self.projections = kind("time_distributed")
        self.dense = kind("dense")

    @staticmethod
    def normalise(values, norm):
        scale = norm["gamma"] / torch.sqrt(norm["moving_variance"] + 1e-3)
        return values * scale + (norm["beta"] - norm["moving_mean"] * scale)

    @torch.no_grad()
    def probabilities(self, text):
        tables = self.tables
        flat = tables.CHAR_TYPE_FLATTEN
        padded = " " * CONTEXT + text + " " * CONTEXT
        characters = np.array([tables.CHARS_MAP.get(c, 80) for c in padded])
        types = np.array([tables.CHAR_TYPES_MAP.get(flat.get(c, "o"), 4) for c in padded])
        offsets = np.array([*range(1, CONTEXT + 1), *range(-1, -CONTEXT - 1, -1), 0])
        found = []
        for start in range(0, len(text), BATCH):
            at = np.arange(start, min(len(text), start + BATCH))[:, None] + CONTEXT + offsets
            letters = self.embeddings[0]["embeddings"][torch.from_numpy(characters[at])]
            kinds = self.embeddings[1]["embeddings"][torch.from_numpy(types[at])]
            letters = self.normalise(letters, self.norms[0])
            highest = None
            for convolution, projection in zip(self.convolutions, self.projections):
                kernel = convolution["kernel"].permute(2, 1, 0)
                values = torch.nn.functional.conv1d(letters.transpose(1, 2), kernel, convolution["bias"])
                values = torch.relu(values).transpose(1, 2) @ projection["kernel"] + projection["bias"]
                values = torch.nn.functional.pad(values, (0, 0, 0, kernel.shape[2] - 1))
                highest = values if highest is None else torch.maximum(highest, values)
            values = self.normalise(torch.cat([letters, highest, kinds], -1), self.norms[1]).flatten(1)
            values = torch.relu(values @ self.dense[0]["kernel"] + self.dense[0]["bias"])
            found.append(torch.sigmoid(values @ self.dense[1]["kernel"] + self.dense[1]["bias"])[:, 0])
        return torch.cat(found).numpy() if found else np.zeros(0)


def main():
    weights, texts, labelled = sys.argv[1:4]
    network = Network(weights, character_tables())
    text = open(texts, encoding="utf-8").read()
    with open(labelled, "w", encoding="utf-8") as out:
        for start in range(0, len(text), CHUNK):
            low, high = max(0, start - 50), min(len(text), start + CHUNK + 50)
            probabilities = network.probabilities(text[low:high])
            for at in range(start, min(start + CHUNK, len(text))):
                before = text[at - 1] if at > 0 else "\n"
                inside = "\n" not in (before, text[at])
                if inside and (probabilities[at - low] > 0.5 or MAI_YAMOK in (before, text[at])):
                    out.write("|")
                out.write(text[at])


if __name__ == "__main__":
    main()
