"""Array functions that several layers share: random streams, long-tailed counts, confusion matrix, softmax."""
