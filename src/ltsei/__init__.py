"""Long-tailed specific emitter identification: the computations behind the pipeline's rules."""
