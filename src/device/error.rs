//! The error of the room: which device, and what could be had instead.

use super::{Backend, DeviceSpec, compiled_in};

/// Why a device cannot be named or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The text names no device.
    #[error("failed to parse device `{given}`: expected one of {}; {}", expected.join(", "), compiled_in_text())]
    Unknown {
        /// What was given.
        given: String,
        /// Every valid form.
        expected: Vec<String>,
    },
    /// The backend is not part of this binary.
    #[error("failed to open device `{spec}`: this binary lacks {}; {}", backend.name(), compiled_in_text())]
    NotCompiledIn {
        /// The device asked for.
        spec: DeviceSpec,
        /// The backend it needs.
        backend: Backend,
        /// The forms that this binary can open.
        expected: Vec<String>,
    },
    /// The backend is there, the hardware is not.
    #[error("failed to open device `{spec}`: {} sees {present} GPU(s) on this machine", backend.name())]
    NotPresent {
        /// The device asked for.
        spec: DeviceSpec,
        /// The backend that was asked.
        backend: Backend,
        /// How many devices of that kind it sees.
        present: usize,
    },
}

fn compiled_in_text() -> String {
    format!("compiled in: {}", compiled_in().join(", "))
}
