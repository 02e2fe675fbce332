"""Simulated ADS-B transmitters: Mode S frames, hardware imperfections, waveforms."""
