"""The programs in the folders below are run by `test_bugs.py`, each in a pytest of its own."""

collect_ignore_glob = ["*/*/broken/*", "*/*/repaired/*"]
