"""Floor 0: the frozen values everything else talks in. Standard library only, no threads, no input or output."""
