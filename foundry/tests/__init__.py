"""Tests of the recipe, on encoders of two layers of 16: `python -m unittest discover -s foundry/tests -t .`."""

import os

# Compiling takes longer than what is tested here.
os.environ["TORCH_COMPILE_DISABLE"] = "1"
