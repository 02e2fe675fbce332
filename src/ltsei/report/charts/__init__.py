"""One file per chart or family of charts. Each function computes the rows that page and figures draw."""
