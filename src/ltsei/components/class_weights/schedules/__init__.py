"""Schedules: how strongly the class weights act.

`build(context, *, ...)` returns a function progress in [0, 1] -> strength in [0, 1]; 0 is uniform weights, 1 the full
ones.
"""
