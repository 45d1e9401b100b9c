"""What a least-cost problem answers beside its one plan: fronts, prices, alternatives, ranges."""
