"""Recording: one more subscriber of a session, written to chained segments and closed into one playable file.

On the disk, `root/session/recording/`: `00000001.seg` … closed segments, `.part` the open one (`segment_format`),
`session.webm` or `.mkv` and `recording.json` once the recording is closed. All but that description is sealed under the
recording's key. What a killed server leaves is closed by `Recorder.recover_all`; at most the end of the open segment is
lost, and one that cannot be read is set aside as `.unreadable`.
"""
