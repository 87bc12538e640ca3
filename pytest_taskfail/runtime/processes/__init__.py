"""Real experiments: real processes and real time. A file for each part; `world.py` runs one experiment."""
