"""A profile of Hypothesis for the long run: `pytest examples/job_queue --hypothesis-profile=thorough`."""

from hypothesis import settings

settings.register_profile("thorough", max_examples=2000)
