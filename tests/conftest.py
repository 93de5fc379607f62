"""Hypothesis profiles: `quick` on every run, `soak` for the long proof (`pytest --hypothesis-profile soak`)."""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(__file__).parent.parent / "var" / "hypothesis")  # state of the checkout lives in var/

SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile(
    "quick", max_examples=300, deadline=None, derandomize=True, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile("soak", max_examples=5000, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.load_profile("quick")
