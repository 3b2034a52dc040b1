//! LMDB files: one that grows as it is written, and one that is read.
//!
//! One environment a file (`MDB_NOSUBDIR`). LMDB maps a file of a fixed greatest size; one that
//! turns out too small is doubled and the transaction done again.

use std::path::{Path, PathBuf};

use heed::types::Bytes;
use heed::{
    CommitOrAbort, Database, Env, EnvFlags, EnvOpenOptions, MdbError, PutFlags, RoTxn, WithoutTls,
};

use crate::data::error::DataError;
use crate::files;

pub(super) type Table = Database<'static, Bytes, Bytes>;

/// A key and its value.
pub(super) type Entry = (Vec<u8>, Vec<u8>);

/// A file is mapped with room for so many bytes at first.
const ROOM: usize = 1 << 24;

/// A file that is written by this process alone.
pub(super) struct GrowingFile {
    path: PathBuf,
    env: Env<WithoutTls>,
    table: Table,
}

impl GrowingFile {
    /// Opens a file, new or as it was left.
    #[allow(unsafe_code)]
    pub(super) fn open(path: &Path) -> Result<Self, DataError> {
        // heed would create it for its owner alone.
        if !files::is_file(path) {
            files::create_new(path, b"")?;
        }
        let failed = failed(path);
        let mut options = EnvOpenOptions::new().read_txn_without_tls();
        options.map_size(ROOM);
        // SAFETY: the file lies alone, as its lock beside it; nothing but LMDB touches either.
        unsafe { options.flags(EnvFlags::NO_SUB_DIR) };
        // SAFETY: the file is written through this environment alone: the caller holds a lock.
        let env = unsafe { options.open(path) }.map_err(&failed)?;
        let transaction = env.write_txn().map_err(&failed)?;
        let table = env
            .create_databases_and_commit(transaction, |create, transaction| {
                create.create_database(transaction, None).map(CommitOrAbort::<_, ()>::Commit)
            })
            .map_err(&failed)?
            .unwrap_commit();
        Ok(Self { path: path.to_owned(), env, table })
    }

    /// Adds entries in one transaction; an entry of the same key is replaced.
    pub(super) fn put(&mut self, entries: &[Entry]) -> Result<(), DataError> {
        self.put_with(entries, PutFlags::empty())
    }

    /// Adds entries that rise, and lie behind all that are there, in one transaction.
    pub(super) fn append(&mut self, entries: &[Entry]) -> Result<(), DataError> {
        self.put_with(entries, PutFlags::APPEND)
    }

    fn put_with(&mut self, entries: &[Entry], flags: PutFlags) -> Result<(), DataError> {
        loop {
            match self.try_put(entries, flags) {
                Err(heed::Error::Mdb(MdbError::MapFull)) => self.grow()?,
                result => return result.map_err(failed(&self.path)),
            }
        }
    }

    fn try_put(&self, entries: &[Entry], flags: PutFlags) -> heed::Result<()> {
        let mut transaction = self.env.write_txn()?;
        for (key, value) in entries {
            self.table.put_with_flags(&mut transaction, flags, key, value)?;
        }
        transaction.commit()
    }

    #[allow(unsafe_code)]
    fn grow(&mut self) -> Result<(), DataError> {
        let size = self.env.info().map_size * 2;
        // SAFETY: no transaction is active: each ends within a call, and this one takes `self`
        // alone.
        unsafe { self.env.resize(size) }.map_err(failed(&self.path))
    }

    /// Whether there is an entry of that key.
    pub(super) fn contains(&self, key: &[u8]) -> Result<bool, DataError> {
        let found = self.env.read_txn().and_then(|t| Ok(self.table.get(&t, key)?.is_some()));
        found.map_err(failed(&self.path))
    }

    /// How many entries there are, and how many bytes the first one's value has.
    pub(super) fn size(&self) -> Result<(u64, usize), DataError> {
        let size = || {
            let transaction = self.env.read_txn()?;
            let first = self.table.first(&transaction)?.map_or(0, |(_, value)| value.len());
            Ok((self.table.len(&transaction)?, first))
        };
        size().map_err(failed(&self.path))
    }

    /// Closes the file, so that it can be opened again.
    pub(super) fn close(self) {
        self.env.prepare_for_closing().wait();
    }
}

/// A file that is read; nobody writes to it meanwhile.
pub(super) struct StoredFile {
    path: PathBuf,
    env: Env<WithoutTls>,
    table: Table,
}

impl StoredFile {
    /// Opens a file.
    #[allow(unsafe_code)]
    pub(super) fn open(path: &Path) -> Result<Self, DataError> {
        let failed = failed(path);
        let mut options = EnvOpenOptions::new().read_txn_without_tls();
        // SAFETY: without locks, nobody may write meanwhile. A part that is complete is not written
        // any more, and a whole store is replaced, not changed.
        unsafe { options.flags(EnvFlags::READ_ONLY | EnvFlags::NO_LOCK | EnvFlags::NO_SUB_DIR) };
        // SAFETY: the file is mapped read-only and is not truncated while mapped, see above.
        let env = unsafe { options.open(path) }.map_err(&failed)?;
        let transaction = env.read_txn().map_err(&failed)?;
        let table: Table = env
            .open_databases_and_commit(transaction, |open, transaction| {
                open.open_database(transaction, None).map(CommitOrAbort::<_, ()>::Commit)
            })
            .map_err(&failed)?
            .unwrap_commit()
            .ok_or_else(|| damaged(path, "it has no main table"))?;
        Ok(Self { path: path.to_owned(), env, table })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Starts reading; cheap.
    pub(super) fn read(&self) -> Result<RoTxn<'_, WithoutTls>, DataError> {
        self.env.read_txn().map_err(failed(&self.path))
    }

    /// Whether there is an entry of that key.
    pub(super) fn contains(&self, key: &[u8]) -> Result<bool, DataError> {
        let transaction = self.read()?;
        let found = self.table.get(&transaction, key).map_err(failed(&self.path))?;
        Ok(found.is_some())
    }
}

pub(super) fn failed(path: &Path) -> impl Fn(heed::Error) -> DataError {
    move |e| damaged(path, &e.to_string())
}

fn damaged(path: &Path, reason: &str) -> DataError {
    DataError::Extracted { path: path.to_owned(), reason: reason.into() }
}
