"""What source says before it runs: whose it is, which handlers surround a line, where a function can fail at all."""
