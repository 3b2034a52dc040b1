//! Room `losses`.
