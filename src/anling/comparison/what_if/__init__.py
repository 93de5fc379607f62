"""What a changed policy would do, seen before it is signed: asked for, answered by the worker, looked through."""
