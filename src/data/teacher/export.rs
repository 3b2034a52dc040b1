//! Teacher predictions as the original reads them: a pickled dict from uid to tensor.
//!
//! The original opens such a file by `pickle.load`, so each tensor carries its storage with it, as
//! a file of `torch.save` in the legacy format. Nothing here needs Python to write it.

use std::path::Path;

use crate::data::Uid;
use crate::data::error::DataError;
use crate::data::pickle::Writer;
use crate::files;

use super::{TeacherError, TeacherStore};

/// Which numbers of a store are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Logits.
    Logits,
    /// Features.
    Features,
}

/// Writes the logits or the features of a store; of stacked teachers as (teachers, width).
///
/// # Errors
/// A store without features, a file that cannot be written.
pub fn export(store: &TeacherStore, content: Content, path: &Path) -> Result<(), DataError> {
    let width = match content {
        Content::Logits => store.manifest().classes,
        Content::Features => store.feature_dim().ok_or_else(|| TeacherError::Store {
            path: path.to_owned(),
            reason: "it has no features to write".into(),
        })?,
    };
    let shape = match store.members() {
        1 => vec![width],
        members => vec![members, width],
    };
    let written = files::write_with(path, |out| {
        let mut pickle = Writer::new(out)?;
        pickle.begin_dict()?;
        for uid in store.uids() {
            let Some((logits, features)) = store.row(uid) else { continue };
            let values = match content {
                Content::Logits => logits,
                Content::Features => features.unwrap_or_default(),
            };
            match uid {
                Uid::Int(int) => pickle.int(*int)?,
                Uid::Text(text) => pickle.text(text)?,
            }
            pickle.tensor(&shape, &values)?;
        }
        pickle.end_dict()?;
        pickle.finish()
    });
    Ok(written?)
}
