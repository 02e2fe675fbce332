"""The command line: `ltsei`, or `python -m ltsei`."""
