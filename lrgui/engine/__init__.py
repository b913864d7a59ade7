"""The real torch objects: built, stepped, measured and run in a thread. The only home of torch; no Qt."""
