"""Floor 1: one experiment. Controlled threads, virtual time, injection, and what is seen of them."""
