"""Targets of a region, and what they mean for a pathway."""
