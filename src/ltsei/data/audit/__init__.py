"""The leakage audit: what simple classifiers learn of a data set without looking at the emitter's hardware."""
