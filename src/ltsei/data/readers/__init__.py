"""Files of signals as people store them: containers, keys, axes, labels, held-out parts."""
