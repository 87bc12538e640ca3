"""Floor 3: chooses the next plan. Knows experiments only as something that can be run; does not know pytest."""
