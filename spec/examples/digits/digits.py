"""The Python half of the example: implements `Digits`, calls `Progress`."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import ringsnake
from classifier import PIXELS, Classifier, Settings
from digits_gen import (
    DigitsServer,
    Epoch,
    LabelledImage,
    Prediction,
    ProgressClient,
    TrainingOptions,
    TrainingReport,
)


class Digits:
    """Satisfies the generated protocol `digits_gen.Digits`: a type checker verifies it."""

    def __init__(self, progress: ProgressClient) -> None:
        self._progress = progress
        self._classifier: Classifier | None = None

    async def train(self, options: TrainingOptions) -> TrainingReport:
        started = time.perf_counter()
        classifier = Classifier(_settings(options))
        for number, (loss, accuracy) in enumerate(classifier.epochs(), start=1):
            epoch = Epoch(number=number, of=options.epochs, loss=loss, accuracy=accuracy)
            await self._progress.on_epoch(epoch)
        self._classifier = classifier
        return TrainingReport(
            training_images=len(classifier.training_images),
            test_images=len(classifier.test_images),
            accuracy=classifier.accuracy(),
            confusion=classifier.confusion(),
            seconds=time.perf_counter() - started,
        )

    def classify(self, pixels: memoryview[float]) -> Prediction:
        return self.classify_many([pixels])[0]

    def classify_many(self, images: Sequence[memoryview[float]]) -> list[Prediction]:
        for image in images:
            if len(image) != PIXELS:
                raise ValueError(f"an image has {PIXELS} pixels, not {len(image)}")
        if not images:
            return []
        return [_prediction(row) for row in self._trained().probabilities(images)]

    def test_images(self) -> list[LabelledImage]:
        classifier = self._trained()
        return [
            LabelledImage(pixels=memoryview(pixels), digit=digit)
            for pixels, digit in zip(classifier.test_images, classifier.test_digits, strict=True)
        ]

    def _trained(self) -> Classifier:
        if self._classifier is None:
            raise RuntimeError("nothing was trained yet: call train() first")
        return self._classifier


def _settings(options: TrainingOptions) -> Settings:
    given = {
        "hidden_neurons": options.hidden_neurons,
        "learning_rate": options.learning_rate,
        "test_share": options.test_share,
        "seed": options.seed,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return Settings(options.epochs)._replace(**chosen)


def _prediction(probabilities: np.ndarray) -> Prediction:
    digit = int(probabilities.argmax())
    return Prediction(
        digit=digit,
        probability=float(probabilities[digit]),
        probabilities=memoryview(np.ascontiguousarray(probabilities)),
    )


ringsnake.serve(DigitsServer(Digits(ringsnake.client(ProgressClient))))
