"""How the raw case compilation of Yangjiang becomes the tables of the built-in case."""
