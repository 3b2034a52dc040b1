//! How a device is written, and nothing about opening it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::DeviceError;

/// The texts that name a device, in the order they are shown.
pub const FORMS: [&str; 6] = ["auto", "flex", "libtorch", "libtorch:cuda:N", "cuda:N", "wgpu"];

/// A device as the config names it (`device=...`); nothing is opened yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub enum DeviceSpec {
    /// The best device that is there, see the module's table.
    Auto,
    /// Pure-Rust CPU.
    Flex,
    /// libtorch, CPU.
    Libtorch,
    /// libtorch, the GPU of this index.
    LibtorchCuda(usize),
    /// The NVIDIA GPU of this index, by Burn's CUDA backend where it is compiled in.
    Cuda(usize),
    /// The default adapter of wgpu.
    Wgpu,
}

impl fmt::Display for DeviceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeviceSpec::Auto => f.write_str("auto"),
            DeviceSpec::Flex => f.write_str("flex"),
            DeviceSpec::Libtorch => f.write_str("libtorch"),
            DeviceSpec::LibtorchCuda(index) => write!(f, "libtorch:cuda:{index}"),
            DeviceSpec::Cuda(index) => write!(f, "cuda:{index}"),
            DeviceSpec::Wgpu => f.write_str("wgpu"),
        }
    }
}

impl FromStr for DeviceSpec {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, DeviceError> {
        let index = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        let spec = match text {
            "auto" => Some(DeviceSpec::Auto),
            "flex" => Some(DeviceSpec::Flex),
            "libtorch" => Some(DeviceSpec::Libtorch),
            "wgpu" => Some(DeviceSpec::Wgpu),
            _ => match text.strip_prefix("libtorch:cuda:") {
                Some(digits) => index(digits).map(DeviceSpec::LibtorchCuda),
                None => text.strip_prefix("cuda:").and_then(index).map(DeviceSpec::Cuda),
            },
        };
        spec.ok_or_else(|| DeviceError::Unknown {
            given: text.to_owned(),
            expected: FORMS.map(str::to_owned).to_vec(),
        })
    }
}

impl JsonSchema for DeviceSpec {
    fn schema_name() -> Cow<'static, str> {
        "DeviceSpec".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": format!("one of {}", FORMS.join(", ")),
            "type": "string",
            "pattern": "^(auto|flex|libtorch|wgpu|(libtorch:)?cuda:[0-9]+)$",
        })
    }
}

impl TryFrom<String> for DeviceSpec {
    type Error = DeviceError;

    fn try_from(text: String) -> Result<Self, DeviceError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_round_trips() {
        for text in ["auto", "flex", "libtorch", "libtorch:cuda:0", "cuda:3", "wgpu"] {
            let spec: DeviceSpec = text.parse().unwrap();
            assert_eq!(spec.to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_refused_with_every_form() {
        for text in
            ["", "gpu", "cuda", "cuda:", "cuda:x", "cuda:-1", "cuda:+1", "Flex", "libtorch:cpu"]
        {
            let error = text.parse::<DeviceSpec>().unwrap_err().to_string();
            for form in FORMS {
                assert!(error.contains(form), "{text}: {error}");
            }
            assert!(error.contains("compiled in: auto, flex"), "{text}: {error}");
        }
    }
}
