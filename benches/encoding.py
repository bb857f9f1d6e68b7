"""Speed of encoding, beside ONNX Runtime and candle's own BERT, in one run and in turns.

    pip install numpy scipy safetensors fonttools tokenizers onnx onnxruntime
    python benches/encoding.py [--rounds N] [--threads N]

All engines have the shipped encoder's weights (vocabulary and layers) and read the same pieces. ONNX Runtime gets the network with
its own fused operators (MultiHeadAttention, SkipLayerNormalization, BiasGelu), in float32 and with its dynamic int8
quantisation. Prints the median over the rounds, and each engine's median ratio to ONNX Runtime int8 within a round.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file, save_file

REPOSITORY = Path(__file__).resolve().parent.parent
MODEL = REPOSITORY / "models/e5-small-th"
sys.path.insert(0, str(MODEL))
from reference import unpack  # noqa: E402

# Name, pieces of a text, texts of a round, texts at once.
WORKLOADS = (("64 pieces, batches of 16", 64, 64, 16), ("128 pieces, batches of 16", 128, 32, 16), ("one text of 16 pieces", 16, 20, 1))
ENGINES = ("thiap", "ONNX Runtime int8", "ONNX Runtime float32", "candle BertModel")


def onnx_model(state: dict[str, np.ndarray], config: dict) -> onnx.ModelProto:
    """The network with pooling: `piece_ids` and `mask` [texts, length] in, unit vectors out."""
    weights, nodes = {}, []

    def node(kind: str, inputs: list[str], name: str, domain: str = "", **attributes) -> str:
        nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def weight(name: str, values: np.ndarray) -> str:
        weights[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def product(x: str, name: str, matrices: list[str]) -> str:
        matrix = np.concatenate([state[f"{m}.weight"] for m in matrices]).T
        return node("MatMul", [x, weight(f"{name}.weight", matrix)], f"{name}.product")

    def bias(name: str, matrices: list[str]) -> str:
        return weight(f"{name}.bias", np.concatenate([state[f"{m}.bias"] for m in matrices]))

    def skip_norm(x: str, skip: str, name: str, linear: str) -> str:
        inputs = [x, skip, weight(f"{name}.weight", state[f"{name}.weight"]), weight(f"{name}.bias", state[f"{name}.bias"]), bias(linear, [linear])]
        return node("SkipLayerNormalization", inputs, f"{name}.out", "com.microsoft", epsilon=config["layer_norm_eps"])

    words = node("Gather", [weight("words", state["embeddings.word_embeddings.weight"]), "piece_ids"], "word")
    weight("zero", np.array([0], np.int64)), weight("one", np.array([1], np.int64)), weight("two", np.array([2], np.int64))
    length = node("Slice", [node("Shape", ["piece_ids"], "shape"), "one", "two"], "length")
    positions = state["embeddings.position_embeddings.weight"] + state["embeddings.token_type_embeddings.weight"][0]
    x = node("Add", [words, node("Slice", [weight("positions", positions), "zero", length], "position")], "sum")
    norm = "embeddings.LayerNorm"
    x = node("LayerNormalization", [x, weight("norm.weight", state[f"{norm}.weight"]), weight("norm.bias", state[f"{norm}.bias"])], "embedded", axis=-1, epsilon=config["layer_norm_eps"])
    mask32 = node("Cast", ["mask"], "mask32", to=TensorProto.INT32)
    for layer in range(config["num_hidden_layers"]):
        here = f"encoder.layer.{layer}."
        three = [f"{here}attention.self.{part}" for part in ("query", "key", "value")]
        packed = product(x, f"{here}qkv", three)
        nodes.append(helper.make_node("Split", [packed], [f"{here}{part}" for part in "qkv"], axis=-1, num_outputs=3))
        inputs = [f"{here}q", f"{here}k", f"{here}v", bias(f"{here}qkv", three), mask32]
        context = node("MultiHeadAttention", inputs, f"{here}context", "com.microsoft", num_heads=config["num_attention_heads"])
        out = f"{here}attention.output.dense"
        x = skip_norm(product(context, out, [out]), x, f"{here}attention.output.LayerNorm", out)
        wide, narrow = f"{here}intermediate.dense", f"{here}output.dense"
        active = node("BiasGelu", [product(x, wide, [wide]), bias(wide, [wide])], f"{wide}.gelu", "com.microsoft")
        x = skip_norm(product(active, narrow, [narrow]), x, f"{here}output.LayerNorm", narrow)
    factors = node("Unsqueeze", [node("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT), weight("minus_one", np.array([-1], np.int64))], "factors")
    total = node("ReduceSum", [node("Mul", [x, factors], "masked"), "one"], "total", keepdims=0)
    node("LpNormalization", [total], "vectors", axis=-1, p=2)
    dimensions = ["texts", "length"]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, dimensions) for name in ("piece_ids", "mask")],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", config["hidden_size"]])],
        list(weights.values()),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)], ir_version=9)


class OnnxRuntime:
    def __init__(self, path: Path, threads: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, texts: list[str], piece_ids: list[list[int]], batch: int) -> tuple[float, np.ndarray]:
        vectors, start = [], time.perf_counter()
        for first in range(0, len(piece_ids), batch):
            some = piece_ids[first : first + batch]
            ids, mask = np.ones((len(some), max(map(len, some))), np.int64), np.zeros((len(some), max(map(len, some))), np.int64)
            for row, text in enumerate(some):
                ids[row, : len(text)], mask[row, : len(text)] = text, 1
            vectors.append(self.session.run(None, {"piece_ids": ids, "mask": mask})[0])
        return time.perf_counter() - start, np.concatenate(vectors)


class Bench:
    """The bench of the workspace, which holds our encoder and candle's."""

    def __init__(self, folder: Path, threads: int):
        command = ["cargo", "bench", "--quiet", "-p", "thiap-benches", "--bench", "encoding", "--", str(folder)]
        environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit("the bench did not start")

    def ask(self, engine: str, texts: list[str], piece_ids: list[list[int]], batch: int) -> dict:
        request = {"engine": engine, "texts": texts, "piece_ids": piece_ids, "batch": batch}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def run(self, engine: str, texts: list[str], piece_ids: list[list[int]], batch: int) -> tuple[float, np.ndarray]:
        answer = self.ask(engine, texts, piece_ids, batch)
        return answer["seconds"], np.array(answer["vectors"], np.float32)

    def piece_ids(self, text: str) -> list[int]:
        """The pieces that our encoder reads of a text, after its normalisation and its prefix."""
        return self.ask("pieces", [text], [], 1)["piece_ids"][0]


def texts_of(pieces: int, count: int, bench: Bench) -> tuple[list[str], list[list[int]]]:
    """Invented projects' texts, cut to a number of pieces."""
    lines = (REPOSITORY / "fixtures/projects/projects.jsonl").read_text(encoding="utf-8").splitlines()
    words = " ".join(json.loads(line)["title"] for line in lines).split()
    texts, ids, first = [], [], 0
    while len(texts) < count:
        text = words[first % len(words)]
        first += 1
        while len(bench.piece_ids(text)) < pieces:
            text += " " + words[first % len(words)]
            first += 1
        while len(encoded := bench.piece_ids(text)) > pieces:
            text = text[:-1].rstrip()
        if len(encoded) == pieces:
            texts.append(text)
            ids.append(encoded)
    return texts, ids


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    state = {name: unpack(values) for name, values in load_file(MODEL / "model.safetensors").items()}
    config = json.loads((MODEL / "config.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save_file({name: np.ascontiguousarray(values) for name, values in state.items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(config | {"hidden_dropout_prob": 0.0, "initializer_range": 0.02, "use_cache": False}))
        onnx.save(onnx_model(state, config), folder / "float.onnx")
        # behind operators of its own ONNX Runtime does not infer types
        known = {"DefaultTensorType": TensorProto.FLOAT}
        quantize_dynamic(folder / "float.onnx", folder / "int8.onnx", weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"], extra_options=known)
        ours = Bench(folder, arguments.threads)
        engines = {
            "thiap": lambda *work: ours.run("thiap", *work),
            "ONNX Runtime int8": OnnxRuntime(folder / "int8.onnx", arguments.threads).run,
            "ONNX Runtime float32": OnnxRuntime(folder / "float.onnx", arguments.threads).run,
            "candle BertModel": lambda *work: ours.run("candle", *work),
        }
        print("| work | engine | texts/s | to ONNX Runtime int8 | least cosine to float32 |\n|---|---|---|---|---|")
        for name, pieces, count, batch in WORKLOADS:
            work = (*texts_of(pieces, count, ours), batch)
            # the first round warms up, and gives the vectors
            vectors = {engine: run(*work)[1] for engine, run in engines.items()}
            rounds = [{engine: run(*work)[0] for engine, run in engines.items()} for _ in range(arguments.rounds)]
            for engine in ENGINES:
                speed = count / statistics.median(times[engine] for times in rounds)
                ratio = statistics.median(times["ONNX Runtime int8"] / times[engine] for times in rounds)
                cosine = (vectors[engine] * vectors["ONNX Runtime float32"]).sum(axis=1).min()
                print(f"| {name} | {engine} | {speed:.1f} | {ratio:.2f} | {cosine:.4f} |", flush=True)


if __name__ == "__main__":
    main()
