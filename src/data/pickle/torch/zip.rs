//! The zip container of `torch.save`: members are stored, never compressed.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;
use std::io::{Read, Seek};
use std::path::Path;
use std::rc::Rc;

use zip::ZipArchive;

use crate::data::error::DataError;

/// Where an archive is read from.
pub(in crate::data::pickle) trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// An open archive; storages are read when they are asked for.
pub(in crate::data::pickle) struct Archive {
    zip: RefCell<ZipArchive<Box<dyn Source>>>,
    /// The folder that all members share, with its slash.
    folder: String,
    size: u64,
    big_endian: bool,
    /// The last storage: tensors that share one usually stand together.
    last: RefCell<Option<(String, Rc<Vec<u8>>)>>,
}

impl Archive {
    /// Opens an archive and reads its pickle.
    pub(in crate::data::pickle) fn open(
        path: &Path,
        source: Box<dyn Source>,
        size: u64,
    ) -> Result<(Self, Vec<u8>), DataError> {
        const PICKLE: &str = "data.pkl";
        let refuse = |reason: String| DataError::Torch { path: path.to_owned(), reason };
        let zip = ZipArchive::new(source).map_err(|e| refuse(e.to_string()))?;
        let member = |end: &str| {
            let ends = |name: &str| name.strip_suffix(end).is_some_and(|f| f.ends_with('/'));
            zip.file_names().flatten().find(|name| ends(name)).map(Cow::into_owned)
        };
        let pickle = member(PICKLE).ok_or_else(|| refuse(format!("it has no `{PICKLE}`")))?;
        if member("constants.pkl").is_some() {
            return Err(refuse("it is a TorchScript archive, expected a state dict".into()));
        }
        let folder = pickle.strip_suffix(PICKLE).unwrap_or_default().to_owned();
        let mut archive = Self {
            zip: RefCell::new(zip),
            folder,
            size,
            big_endian: false,
            last: RefCell::new(None),
        };
        let bytes = archive.member(PICKLE).map_err(refuse)?;
        archive.big_endian = matches!(archive.member("byteorder"), Ok(order) if order == b"big");
        Ok((archive, bytes))
    }

    /// Bytes of the whole file.
    pub(in crate::data::pickle) fn size(&self) -> u64 {
        self.size
    }

    /// Whether the most significant byte comes first.
    pub(super) fn big_endian(&self) -> bool {
        self.big_endian
    }

    /// The bytes of a storage, or what is wrong with it.
    pub(super) fn storage(&self, key: &str) -> Result<Rc<Vec<u8>>, String> {
        if let Some((last, bytes)) = self.last.borrow().as_ref()
            && last == key
        {
            return Ok(Rc::clone(bytes));
        }
        let bytes = Rc::new(self.member(&format!("data/{key}"))?);
        *self.last.borrow_mut() = Some((key.to_owned(), Rc::clone(&bytes)));
        Ok(bytes)
    }

    /// A member of the folder; its declared size is not trusted beyond that of the file.
    fn member(&self, name: &str) -> Result<Vec<u8>, String> {
        let failed = |e: &dyn Display| format!("member `{name}` cannot be read: {e}");
        let mut zip = self.zip.borrow_mut();
        let member = zip.by_name(&format!("{}{name}", self.folder)).map_err(|e| failed(&e))?;
        let declared = member.size();
        if declared > self.size {
            return Err(failed(&format_args!("it declares {declared} bytes")));
        }
        let mut bytes = Vec::new();
        member.take(self.size).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
        Ok(bytes)
    }
}
