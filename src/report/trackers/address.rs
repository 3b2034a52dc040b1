//! Where a server listens, and who writes there.

use std::fmt;

/// An address that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is of something else.
    #[error("expected http://HOST:PORT or https://HOST, as an MLflow server listens at")]
    NotHttp,
    /// It holds a secret, where everybody can read it.
    #[error(
        "it has a user or password in it, which would stand in the record of the run; they belong \
         into MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
    )]
    Login,
}

/// Where a server listens; shown without who writes there.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    base: String,
    login: Option<Login>,
}

/// Who writes to a server.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// A user with a password.
    Password(String, String),
    /// A token.
    Token(String),
}

impl Address {
    /// Reads `http[s]://[USER:PASSWORD@]HOST[:PORT][/PATH]`.
    ///
    /// # Errors
    /// Any other text.
    pub fn new(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::NotHttp)?;
        let scheme = scheme.to_ascii_lowercase();
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (login, host) = match authority.rsplit_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, authority),
        };
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || "?#<>\"".contains(c);
        let is_host = !host.is_empty() && !host.starts_with(':');
        if !["http", "https"].contains(&scheme.as_str()) || !is_host || text.contains(is_odd) {
            return Err(AddressError::NotHttp);
        }
        let login = login.map(|login| {
            let (user, password) = login.split_once(':').unwrap_or((login, ""));
            Login::Password(user.to_owned(), password.to_owned())
        });
        Ok(Self { base: format!("{scheme}://{host}{}", path.trim_end_matches('/')), login })
    }

    /// Whether it says who writes there.
    pub fn has_login(&self) -> bool {
        self.login.is_some()
    }

    /// The address without who writes there, and without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Who writes there, by the address.
    pub fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

impl Login {
    /// What MLflow's variables say: `MLFLOW_TRACKING_USERNAME` with `MLFLOW_TRACKING_PASSWORD`, else
    /// `MLFLOW_TRACKING_TOKEN`.
    pub fn from_env(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let get = |name| get(name).filter(|value| !value.is_empty());
        let user = get("MLFLOW_TRACKING_USERNAME");
        match (user, get("MLFLOW_TRACKING_PASSWORD")) {
            (Some(user), password) => Some(Self::Password(user, password.unwrap_or_default())),
            (None, _) => get("MLFLOW_TRACKING_TOKEN").map(Self::Token),
        }
    }

    /// The value of the header `Authorization`.
    pub(super) fn header(&self) -> String {
        match self {
            Self::Password(user, password) => {
                format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
            }
            Self::Token(token) => format!("Bearer {token}"),
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(..)")
    }
}

/// Base64 of RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of = |chunk: &[u8]| -> String {
        let byte = |i: usize| chunk.get(i).map_or(0, |byte| u32::from(*byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let digit = |i: usize| match i <= chunk.len() {
            true => char::from(DIGITS[(bits >> (18 - 6 * i)) as usize & 63]),
            false => '=',
        };
        (0..4).map(digit).collect()
    };
    bytes.chunks(3).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, base) in [
            ("http://localhost:5000", Some("http://localhost:5000")),
            ("HTTPS://example.org/mlflow/", Some("https://example.org/mlflow")),
            ("http://ann:p@ss@host:1", Some("http://host:1")),
            ("http://[::1]:5000", Some("http://[::1]:5000")),
            ("localhost:5000", None),
            ("databricks://profile", None),
            ("sqlite:///mlflow.db", None),
            ("http://", None),
            ("http://:5000", None),
            ("http://a b", None),
            ("http://host/?x=1", None),
            ("", None),
        ] {
            let found = Address::new(text).ok().map(|address| address.base);
            assert_eq!(found.as_deref(), base, "{text}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let address = Address::new("http://ann:secret@host").unwrap();
        assert_eq!(address.login().unwrap().header(), "Basic YW5uOnNlY3JldA==");
        assert!(!format!("{address:?} {:?}", address.login()).contains("secret"));
    }

    #[test]
    fn who_writes_by_the_environment() {
        let of = |set: &'static [(&str, &str)]| {
            let get = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).into());
            Login::from_env(get).map(|login| login.header())
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("MLFLOW_TRACKING_TOKEN", "t")]).as_deref(), Some("Bearer t"));
        let both = of(&[
            ("MLFLOW_TRACKING_USERNAME", "u"),
            ("MLFLOW_TRACKING_PASSWORD", "p"),
            ("MLFLOW_TRACKING_TOKEN", "t"),
        ]);
        assert_eq!(both.as_deref(), Some("Basic dTpw"));
    }

    #[test]
    fn base64_as_in_the_standard() {
        for (text, code) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(text.as_bytes()), code);
        }
    }
}
