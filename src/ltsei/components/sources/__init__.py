"""Sources of data: where signals and labels come from.

`build(context, *, ...)` gets None as context and returns `signals.Recordings`: labels and chunks of a
training and a test part, class names, the sampling rate and a checksum. Labels are 0...C-1 and every signal
is finite. Parameters which are paths of files are named in the literal `PATHS`; the pipeline checks that
they exist and depends on them.
"""
