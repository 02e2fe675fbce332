"""Reading files of signals as people store them: formats, keys, axes, labels, held-out parts."""
