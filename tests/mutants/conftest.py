"""Correct programs are run by the tests and by `score.py`, each with its mutants."""

collect_ignore_glob = ["laws/*", "helpers/*"]
