"""Reads handwritten digits. Knows nothing of ringsnake: both servers of this example are built on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

PIXELS = 64
BRIGHTEST = 16.0
DIGITS = 10


class Settings(NamedTuple):
    """How to train."""

    epochs: int
    hidden_neurons: int = 64
    learning_rate: float = 0.002
    test_share: float = 0.25
    seed: int = 0


class Classifier:
    """A small neural network and the 1,797 images that ship inside scikit-learn."""

    def __init__(self, settings: Settings) -> None:
        data = load_digits()
        self.settings = settings
        split = train_test_split(
            data.data,
            data.target,
            test_size=settings.test_share,
            random_state=settings.seed,
            stratify=data.target,
        )
        self.training_images, self.test_images, self.training_digits, self.test_digits = split
        self._network = MLPClassifier(
            hidden_layer_sizes=(settings.hidden_neurons,),
            learning_rate_init=settings.learning_rate,
            random_state=settings.seed,
        )

    def epochs(self) -> Iterator[tuple[float, float]]:
        """Trains epoch by epoch; yields the loss and the accuracy on the test images."""
        for _ in range(self.settings.epochs):
            self._network.partial_fit(
                self.training_images / BRIGHTEST, self.training_digits, classes=range(DIGITS)
            )
            yield float(self._network.loss_), self.accuracy()

    def accuracy(self) -> float:
        """Share of the test images classified correctly."""
        return float(self._network.score(self.test_images / BRIGHTEST, self.test_digits))

    def confusion(self) -> list[list[int]]:
        """Row: the digit it is; column: the digit it was taken for."""
        counts = np.zeros((DIGITS, DIGITS), dtype=int)
        taken_for = self._network.predict(self.test_images / BRIGHTEST)
        np.add.at(counts, (self.test_digits, taken_for), 1)
        return counts.tolist()

    def probabilities(self, images: Any) -> np.ndarray:
        """One row of ten probabilities per image."""
        pixels = np.asarray(images, dtype=np.float64).reshape(-1, PIXELS)
        return self._network.predict_proba(pixels / BRIGHTEST)
