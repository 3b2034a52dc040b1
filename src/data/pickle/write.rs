//! Writing pickles of protocol 3: texts, ints, lists, dicts, arrays of numpy and tensors of PyTorch.

use std::io::{self, Write};

use super::opcodes as op;

/// Writes one pickle.
pub struct Writer<W> {
    out: W,
}

/// The magic number and version of `torch.save` and what the system looks like, as three pickles.
const LEGACY_HEAD: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\
    \x80\x02M\xe9\x03.\
    \x80\x02}(X\x10\0\0\0protocol_versionM\xe9\x03X\x0d\0\0\0little_endian\x88\
    X\x0a\0\0\0type_sizes}(X\x05\0\0\0shortK\x02X\x03\0\0\0intK\x04X\x04\0\0\0longK\x04uu.";

impl<W: Write> Writer<W> {
    /// Begins a pickle.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&[op::PROTO, 3])?;
        Ok(Self { out })
    }

    /// Begins a dict; keys and values follow in turns.
    pub fn begin_dict(&mut self) -> io::Result<()> {
        self.out.write_all(&[op::EMPTY_DICT, op::MARK])
    }

    /// Ends a dict.
    pub fn end_dict(&mut self) -> io::Result<()> {
        self.out.write_all(&[op::SETITEMS])
    }

    /// Begins a list; its items follow.
    pub fn begin_list(&mut self) -> io::Result<()> {
        self.out.write_all(&[op::EMPTY_LIST, op::MARK])
    }

    /// Ends a list.
    pub fn end_list(&mut self) -> io::Result<()> {
        self.out.write_all(&[op::APPENDS])
    }

    /// An int.
    pub fn int(&mut self, value: i64) -> io::Result<()> {
        match i32::try_from(value) {
            Ok(short) => {
                self.out.write_all(&[op::BININT])?;
                self.out.write_all(&short.to_le_bytes())
            }
            Err(_) => {
                self.out.write_all(&[op::LONG1, 8])?;
                self.out.write_all(&value.to_le_bytes())
            }
        }
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.sized(op::BINUNICODE, text.as_bytes())
    }

    /// A tensor of single floats, row-major, with its storage.
    pub fn tensor(&mut self, shape: &[usize], values: &[f32]) -> io::Result<()> {
        self.global("torch._utils", "_rebuild_tensor_v2")?;
        self.out.write_all(&[op::MARK])?;
        self.global("torch.storage", "_load_from_bytes")?;
        self.sized(op::BINBYTES, &storage(values)?)?;
        self.out.write_all(&[op::TUPLE1, op::REDUCE])?;
        self.int(0)?;
        self.sizes(shape)?;
        let strides: Vec<usize> = (1..=shape.len()).map(|i| shape[i..].iter().product()).collect();
        self.sizes(&strides)?;
        self.out.write_all(&[op::NEWFALSE])?;
        self.global("collections", "OrderedDict")?;
        self.out.write_all(&[op::EMPTY_TUPLE, op::REDUCE, op::TUPLE, op::REDUCE])
    }

    /// An array of numpy of single floats, row-major.
    pub fn array(&mut self, shape: &[usize], values: &[f32]) -> io::Result<()> {
        self.global("numpy.core.multiarray", "_reconstruct")?;
        self.global("numpy", "ndarray")?;
        self.sizes(&[0])?;
        self.sized(op::BINBYTES, b"b")?;
        self.out.write_all(&[op::TUPLE3, op::REDUCE, op::MARK])?;
        self.int(1)?;
        self.sizes(shape)?;
        self.single_floats()?;
        self.out.write_all(&[op::NEWFALSE])?;
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.sized(op::BINBYTES, &bytes)?;
        self.out.write_all(&[op::TUPLE, op::BUILD])
    }

    /// Numpy's type of little-endian single floats.
    fn single_floats(&mut self) -> io::Result<()> {
        self.global("numpy", "dtype")?;
        self.text("f4")?;
        self.out.write_all(&[op::NEWFALSE, op::NEWTRUE, op::TUPLE3, op::REDUCE, op::MARK])?;
        self.int(3)?;
        self.text("<")?;
        self.out.write_all(&[op::NONE, op::NONE, op::NONE])?;
        [-1, -1, 0].into_iter().try_for_each(|number| self.int(number))?;
        self.out.write_all(&[op::TUPLE, op::BUILD])
    }

    /// Ends the pickle.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.write_all(&[op::STOP])
    }

    fn sizes(&mut self, sizes: &[usize]) -> io::Result<()> {
        self.out.write_all(&[op::MARK])?;
        sizes.iter().try_for_each(|size| self.int(*size as i64))?;
        self.out.write_all(&[op::TUPLE])
    }

    fn global(&mut self, module: &str, name: &str) -> io::Result<()> {
        self.out.write_all(&[op::GLOBAL])?;
        self.out.write_all(format!("{module}\n{name}\n").as_bytes())
    }

    fn sized(&mut self, opcode: u8, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.out.write_all(&[opcode])?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(bytes)
    }
}

/// A storage as `torch.save` wrote it before torch 1.6.
fn storage(values: &[f32]) -> io::Result<Vec<u8>> {
    const KEY: &str = "0";
    let mut bytes = LEGACY_HEAD.to_vec();
    let mut object = Writer { out: &mut bytes };
    object.out.write_all(&[op::PROTO, 2, op::MARK])?;
    object.text("storage")?;
    object.global("torch", "FloatStorage")?;
    object.text(KEY)?;
    object.text("cpu")?;
    object.int(values.len() as i64)?;
    object.out.write_all(&[op::NONE, op::TUPLE, op::BINPERSID, op::STOP])?;
    object.out.write_all(&[op::PROTO, 2, op::EMPTY_LIST])?;
    object.text(KEY)?;
    object.out.write_all(&[op::APPEND, op::STOP])?;
    bytes.extend((values.len() as u64).to_le_bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    Ok(bytes)
}
