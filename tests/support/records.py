"""Records of a recording as hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from rtc_server.recording.segment_format import Record, RecordKind

RECORDS = st.builds(
    Record,
    st.sampled_from([int(kind) for kind in RecordKind if kind != RecordKind.HEAD]),
    st.integers(0, 511),
    st.integers(0, 2**40),
    st.binary(max_size=1500),
)
