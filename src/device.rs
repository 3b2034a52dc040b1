//! The only file that names a Burn backend.
