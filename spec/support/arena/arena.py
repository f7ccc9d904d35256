"""A worker that serves all that a call can be: the workbench, the ticker and the bank of the specs."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "workbench"))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "ticker"))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bank"))

import bank  # noqa: F401
import ticker  # noqa: F401
import workbench  # noqa: F401
