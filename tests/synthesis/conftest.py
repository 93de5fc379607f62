"""One small province for the whole folder: 20,000 people take a second."""

from pathlib import Path

import pytest

from anling.synthesis import Summary, generate

PEOPLE, SEED = 20_000, 11


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return generate(PEOPLE, SEED, tmp_path_factory.mktemp("synthesis") / "province")


@pytest.fixture(scope="session")
def folder(province: Summary) -> Path:
    return province.out
