//! The ZIP file that is uploaded: documents side by side, in no folder.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::SubmissionError;

/// Packs documents under their names. The same documents always give the same bytes.
pub fn archive(documents: &[(&str, &[u8])]) -> Result<Vec<u8>, SubmissionError> {
    let failed =
        |error: &dyn std::fmt::Display| SubmissionError::Archive { reason: error.to_string() };
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in documents {
        archive.start_file(*name, options).map_err(|e| failed(&e))?;
        archive.write_all(bytes).map_err(|e| failed(&e))?;
    }
    Ok(archive.finish().map_err(|e| failed(&e))?.into_inner())
}

/// The documents of an archive.
///
/// # Errors
/// What is no ZIP file, holds no document, or holds one in a folder.
pub fn members(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, SubmissionError> {
    let failed = |reason: String| SubmissionError::Archive { reason };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| failed(e.to_string()))?;
    let mut documents = Vec::new();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).map_err(|e| failed(e.to_string()))?;
        let name = file.name().map_err(|e| failed(e.to_string()))?.into_owned();
        if name.contains(['/', '\\']) {
            return Err(failed(format!("`{name}` lies in a folder, expected files side by side")));
        }
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(|e| failed(format!("`{name}`: {e}")))?;
        documents.push((name, content));
    }
    match documents.is_empty() {
        true => Err(failed("it is empty".into())),
        false => Ok(documents),
    }
}
