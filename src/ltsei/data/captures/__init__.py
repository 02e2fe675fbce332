"""Long recordings (raw samples, WAV, SigMF), cut into signals window by window."""
