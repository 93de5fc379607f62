"""Columns of text as engines hand them over: cut out of longer ones, with missing values."""

from collections.abc import Sequence

import pyarrow as pa
from hypothesis import strategies as st

LARGE = pa.large_string()
ANY_TEXT = st.text(max_size=12) | st.text("李明0 1Xａ·\u3000", max_size=20)

Given = str | None


def column(texts: Sequence[Given]) -> pa.Array:
    """A column as DuckDB hands it over."""
    return pa.array(texts, LARGE)


def hidden(texts: Sequence[str], there: Sequence[bool]) -> pa.Array:
    """A column whose missing values still have their bytes, which Arrow allows and nobody may read."""
    _, offsets, data = column(texts).buffers()
    return pa.LargeStringArray.from_buffers(len(texts), offsets, data, pa.array(there, pa.bool_()).buffers()[1])


@st.composite
def columns(draw: st.DrawFn, texts: st.SearchStrategy[str] = ANY_TEXT) -> pa.Array:
    """Some texts, some of them missing, most often with others before and behind them in the same memory."""
    rows = draw(st.lists(st.tuples(texts, st.sampled_from((True, True, True, False))), max_size=30))
    written, there = [text for text, _ in rows], [known for _, known in rows]
    if draw(st.booleans()) and rows:
        whole = hidden(written, there)
    else:
        kind = draw(st.sampled_from((LARGE, LARGE, pa.string())))
        whole = pa.array([text if known else None for text, known in rows], kind)
    first = draw(st.integers(0, len(rows)))
    return whole.slice(first, draw(st.integers(0, len(rows) - first)))
