"""Sources of unlabelled signals: what methods that make pseudo-labels may learn from beside the labelled signals.

`build(context, *, ...)` gets `data.unlabelled.Labelled`, the shape of the labelled signals and the notes of their
source, and returns `data.unlabelled.Unlabelled`: signals in chunks, a checksum, notes. A source that reads files has
`input_files(**parameters) -> list[str]` and may have `survey(context, **parameters) -> Unlabelled`, as sources of data.
"""
