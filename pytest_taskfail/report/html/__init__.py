"""Roof: the report as one HTML file that needs nothing else, made from the same plain data as the JSON file."""
