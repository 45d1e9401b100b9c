"""Between regions and least-cost programs: the only part of the optimiser that knows carbon."""
