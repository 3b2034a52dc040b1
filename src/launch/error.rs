//! Why jobs cannot be launched.

/// A launch that does not start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// No launcher of that name.
    #[error("failed to choose launcher `{name}`: expected one of {}", quoted(expected))]
    Unknown {
        /// The name as given.
        name: String,
        /// The names there are.
        expected: Vec<String>,
    },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
