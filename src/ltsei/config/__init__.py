"""What the experiment file may say, the settings that follow from it, and the fingerprint of settings and code."""
