"""The model, the training loop and the three stages."""
