"""What the main job costs, beside the least work that any answer needs and beside the best peer.

`script/bench compare` measures, `script/bench table` prints again what was measured; docs/performance.md tells how to
read it. Every measured thing is a module of this package that runs as a process of its own.
"""
