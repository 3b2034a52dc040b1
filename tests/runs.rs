//! Runs as they lie on disk.
