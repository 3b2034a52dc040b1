//! Teacher predictions as the original reads them: a pickled dict from uid to tensor, or the list of
//! dicts that its teachers write and its students' preparation reads.
//!
//! The original opens such a file by `pickle.load`, so each tensor carries its storage with it, as
//! a file of `torch.save` in the legacy format. Nothing here needs Python to write it.
//!
//! A dict of the list has `uid`, `logit_action` (classes, 1) and `LM_feat` (width, 1); of stacked
//! teachers (teachers, classes, 1), with `logit_action_mean` and `logit_action_maxpool` beside them.
//! Source: `validate` of the study's `egtea_finetuning.py`, its `ensemble_traindata.py`.

use std::io::{self, Write};
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
            write_uid(&mut pickle, uid)?;
            pickle.tensor(&shape, &values)?;
        }
        pickle.end_dict()?;
        pickle.finish()
    });
    Ok(written?)
}

/// Writes logits and features of a store as a list of dicts.
///
/// # Errors
/// A file that cannot be written.
pub fn export_rows(store: &TeacherStore, path: &Path) -> Result<(), DataError> {
    Ok(files::write_with(path, |out| write_rows(store, out))?)
}

fn write_rows(store: &TeacherStore, out: impl Write) -> io::Result<()> {
    let (members, classes) = (store.members(), store.manifest().classes);
    let mut pickle = Writer::new(out)?;
    pickle.begin_list()?;
    for uid in store.uids() {
        let Some((logits, features)) = store.row(uid) else { continue };
        pickle.begin_dict()?;
        pickle.text("uid")?;
        write_uid(&mut pickle, uid)?;
        write_array(&mut pickle, "logit_action", members, &logits)?;
        if let Some(features) = features {
            write_array(&mut pickle, "LM_feat", members, &features)?;
        }
        if members > 1 {
            let column = |c: usize| logits.iter().copied().skip(c).step_by(classes);
            let mean = (0..classes).map(|c| column(c).sum::<f32>() / members as f32);
            let largest = (0..classes).map(|c| column(c).fold(f32::MIN, f32::max));
            write_array(&mut pickle, "logit_action_mean", 1, &mean.collect::<Vec<_>>())?;
            write_array(&mut pickle, "logit_action_maxpool", 1, &largest.collect::<Vec<_>>())?;
        }
        pickle.end_dict()?;
    }
    pickle.end_list()?;
    pickle.finish()
}

fn write_uid<W: Write>(pickle: &mut Writer<W>, uid: &Uid) -> io::Result<()> {
    match uid {
        Uid::Int(int) => pickle.int(*int),
        Uid::Text(text) => pickle.text(text),
    }
}

/// An entry of a dict; the last axis, of length one, is the original's.
fn write_array<W: Write>(
    pickle: &mut Writer<W>,
    name: &str,
    members: usize,
    values: &[f32],
) -> io::Result<()> {
    pickle.text(name)?;
    match members {
        1 => pickle.array(&[values.len(), 1], values),
        members => pickle.array(&[members, values.len() / members, 1], values),
    }
}
