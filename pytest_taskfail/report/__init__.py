"""Roof: findings as text, as JSON and as HTML."""
