"""Targets: one calling convention of reward functions a file, and how a spec becomes one of them."""
