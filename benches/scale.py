"""What every step costs over invented corpora of growing size, and how it grows.

    cargo build --release
    python benches/scale.py 10000 30000 100000 [--thiap target/release/thiap] [--model hash] [--folder DIR] [--output FILE.json]

For each size: an invented corpus (`thiap synth`), import, index from nothing, start of the server to its first answer, searches
and checks over HTTP one after the other, a batch of drafts, catching up with 1,000 changed projects, screening. Prints a table
with the exponent of each step (the slope of a line through the logarithms of size and cost) and writes all figures as JSON.
Nothing but the standard library is needed. Times are of this machine; run it where nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
QUERIES = REPOSITORY / "fixtures/public-topics/queries.jsonl"
ADDRESS = "127.0.0.1:8093"
DRAFTS, CHECKED_ALONE, CHANGED = 300, 60, 1_000
# The longest that a server may take to its first answer, in seconds.
PATIENCE = 300


class Bench:
    def __init__(self, thiap: Path, model: str | None, folder: Path, projects: int):
        self.command = [str(thiap), "--quiet", "--format", "jsonl", *(["--model", model] if model else [])]
        self.corpus, self.data, self.projects = folder / f"corpus-{projects}", folder / f"data-{projects}", projects

    def run(self, *arguments: str | Path) -> tuple[float, str]:
        start = time.perf_counter()
        command = [*self.command, "--data", str(self.data), *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return time.perf_counter() - start, done.stdout

    def index(self) -> tuple[float, float]:
        """Seconds until words are searchable, and until vectors are."""
        start, words = time.perf_counter(), None
        with subprocess.Popen([*self.command, "--data", str(self.data), "index"], stdout=subprocess.DEVNULL) as process:
            while process.poll() is None:
                time.sleep(0.5)
                if words is None:
                    status = json.loads(self.run("status")[1])
                    if status.get("lexical_change_number") == status["change_number"]:
                        words = time.perf_counter() - start
            if process.returncode:
                raise SystemExit("thiap index failed")
        total = time.perf_counter() - start
        return total if words is None else words, total

    def figures(self) -> dict[str, float]:
        figures: dict[str, float] = {}
        self.run("synth", "--projects", str(self.projects), "--drafts", str(DRAFTS), "--seed", "11", "--output", self.corpus)
        seconds, _ = self.run("import", self.corpus / "projects.jsonl")
        figures["import, s"] = seconds
        figures["index: words searchable, s"], figures["index: all, s"] = self.index()
        files = [path for path in self.data.rglob("*") if path.is_file()]
        figures["on disk, MB"] = sum(path.stat().st_size for path in files) / 1e6
        figures |= self.served()
        drafts = self.corpus / "drafts.jsonl"
        figures[f"check of {DRAFTS} drafts in a batch, s"], _ = self.run("check", drafts)
        figures["screening, s"], families = self.run("screen")
        figures["families"] = len(families.splitlines())
        figures[f"catching up with {CHANGED} changes, s"] = self.catch_up()
        # of all processes so far; the largest is what counts
        figures["most memory of a command, MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
        return figures

    def catch_up(self) -> float:
        lines = (self.corpus / "projects.jsonl").read_text(encoding="utf-8").splitlines()
        changed = self.corpus / "changed.jsonl"
        with changed.open("w", encoding="utf-8") as file:
            for line in lines[:: max(1, len(lines) // CHANGED)][:CHANGED]:
                project = json.loads(line)
                project["title"] += " (ปรับปรุง)"
                file.write(json.dumps(project, ensure_ascii=False) + "\n")
        return self.run("import", changed)[0] + self.run("index")[0]

    def served(self) -> dict[str, float]:
        """What a server with this store answers, and how soon."""

        def ask(path: str, body: dict | None = None) -> float:
            start = time.perf_counter()
            data = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(f"http://{ADDRESS}/api/v1/{path}", data, {"content-type": "application/json"})
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                answer.read()
            return time.perf_counter() - start

        queries = [json.loads(line)["query"] for line in QUERIES.read_text(encoding="utf-8").splitlines()]
        searches = [f"search?q={urllib.parse.quote(query)}" for query in queries]
        drafts = (self.corpus / "drafts.jsonl").read_text(encoding="utf-8").splitlines()[:CHECKED_ALONE]
        start = time.perf_counter()
        server = subprocess.Popen([*self.command, "--data", str(self.data), "serve", "--listen", ADDRESS], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while True:
                try:
                    ask(searches[0])
                    break
                except (urllib.error.URLError, ConnectionError):
                    if server.poll() is not None or time.perf_counter() - start > PATIENCE:
                        raise SystemExit("the server gave no answer") from None
                    time.sleep(0.02)
            figures = {"start to first answer, s": time.perf_counter() - start}
            for path in searches:
                ask(path)
            times = sorted(ask(path) for _ in range(2) for path in searches)
            figures |= {"search p50, ms": 1e3 * statistics.median(times), "search p99, ms": 1e3 * times[int(0.99 * len(times))]}
            times = sorted(ask("check", json.loads(draft)) for draft in drafts)
            figures |= {"check p50, ms": 1e3 * statistics.median(times), "check p95, ms": 1e3 * times[int(0.95 * len(times))]}
            status = Path(f"/proc/{server.pid}/status")
            if status.exists():
                resident = re.search(r"VmRSS:\s+(\d+)", status.read_text())
                figures["resident memory of the server, MB"] = int(resident[1]) / 1e3 if resident else math.nan
            return figures
        finally:
            server.terminate()
            server.wait()


def exponent(sizes: list[int], costs: list[float]) -> float:
    """The slope of the line through the logarithms that fits best."""
    if len(sizes) < 2 or min(costs) <= 0:
        return math.nan
    return statistics.linear_regression([math.log(n) for n in sizes], [math.log(cost) for cost in costs]).slope


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", type=int, nargs="+")
    parser.add_argument("--thiap", type=Path, default=REPOSITORY / "target/release/thiap")
    parser.add_argument("--model", help="as thiap takes it: `hash` measures everything but the encoder")
    parser.add_argument("--folder", type=Path, help="keeps corpora and stores here")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[int, dict[str, float]] = {}
    try:
        for projects in sorted(arguments.projects):
            rows[projects] = Bench(arguments.thiap.resolve(), arguments.model, folder, projects).figures()
            print(json.dumps({"projects": projects, **rows[projects]}), flush=True)
    finally:
        if not arguments.folder:
            shutil.rmtree(folder)
    sizes = list(rows)
    print("| | " + " | ".join(f"{n:,}" for n in sizes) + " | exponent |\n" + "|---" * (len(sizes) + 2) + "|")
    exponents = {}
    for name in rows[sizes[0]]:
        costs = [rows[n][name] for n in sizes]
        exponents[name] = exponent(sizes, costs)
        print(f"| {name} | " + " | ".join(f"{cost:,.2f}" for cost in costs) + f" | {exponents[name]:.2f} |")
    if arguments.output:
        summary = {"processors": os.cpu_count(), "model": arguments.model or "shipped", "figures": rows, "exponents": exponents}
        arguments.output.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
