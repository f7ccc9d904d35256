"""The same classifier over JSON lines on a pipe: what most programs do today. For comparison only.

One line in, `{"id": 1, "images": [[64 numbers], ...]}`; one line out, `{"id": 1, "predictions": [{"digit": 3, ...}, ...]}`.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from classifier import Classifier, Settings


def main() -> None:
    settings = json.loads(sys.stdin.buffer.readline())
    classifier = Classifier(Settings(settings["epochs"]))
    for _ in classifier.epochs():
        pass
    write({"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        images = request["images"]
        rows = classifier.probabilities(images) if images else []
        write({"id": request["id"], "predictions": [prediction(row) for row in rows]})


def prediction(probabilities: np.ndarray) -> dict[str, object]:
    digit = int(probabilities.argmax())
    return {
        "digit": digit,
        "probability": float(probabilities[digit]),
        "probabilities": probabilities.tolist(),
    }


def write(message: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
