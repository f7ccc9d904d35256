"""`python -m ringsnake`: the worker. Started by `spawn()`, not by hand."""

import gc
import sys

from ringsnake._worker.main import main

# They live as long as the worker.
gc.freeze()
gc.enable()
sys.exit(main())
