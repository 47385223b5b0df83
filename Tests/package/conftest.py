import pathlib
import sys

# What speaks to a server is that of the other system tests.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
