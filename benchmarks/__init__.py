"""Speed as ratios: ours over the same work in bare Python, numpy or HiGHS, side by side."""
