//! The error of the room: which device, and what could be had instead.

use super::{Backend, DeviceSpec, compiled_in};

/// Why a device cannot be named or opened.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
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
    /// A device that computes something else than it should.
    #[error("failed to compute on device `{spec}`: got {} and {} where both are {expected}", found[0], found[1])]
    Wrong {
        /// The device.
        spec: DeviceSpec,
        /// A sum of products, and the sum of its gradient.
        found: [f32; 2],
        /// What either has to be.
        expected: f32,
    },
}

fn compiled_in_text() -> String {
    format!("compiled in: {}", compiled_in().join(", "))
}
