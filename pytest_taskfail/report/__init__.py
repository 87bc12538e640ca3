"""Roof: findings as text and as JSON."""
