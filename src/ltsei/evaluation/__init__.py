"""From logits to numbers: metrics, diagnostics, statistics over cells, maps of features."""
