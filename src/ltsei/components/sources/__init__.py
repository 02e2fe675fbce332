"""Sources of data: where signals and labels come from.

`build(context, *, ...)` gets None as context and returns `data.recordings.Recordings`: a training and a test part
(labels 0...C-1; finite signals, in chunks), class names, the sampling rate and a checksum. Its notes may hold the
domains of each signal, such as day or receiver (`data.domains`).

A source that reads files also has `input_files(**parameters) -> list[str]`: all files that `build` opens with these
parameters, in the order in which it reads them. The pipeline makes them inputs of the rule prepare, and therefore calls
it whenever it plans a run: the module must import fast, and the function decides by names, without opening a file.

A source whose signals have domains has `domain_names(**parameters) -> list[str]`: their names, by its parameters.

It may also have `survey(**parameters) -> Recordings`: what `build` returns, from headers and labels alone, with all
mistakes in one InputError. `ltsei check` and the start of a run call it; of a source without it, they call `build`.

Literal: `SHAPE` ([*shape, channels] of every signal, where it is fixed, as for images).
"""
