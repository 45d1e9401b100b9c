"""Scenarios: drivers, measures, moves of activity, and the pathway they make."""
