"""A trained cell outside its experiment: what it consists of, its calibration, its folder, its predictions."""
