//! One tensor: a storage, a shape, strides.

use crate::files::HostTensor;

use super::super::error::{Fault, PickleError};
use super::super::value::{Call, Value};
use super::super::{layout, numpy};
use super::element::Element;
use super::legacy;
use super::storages::Storages;

/// A reference to a storage: `("storage", class, key, location, elements, view)`.
pub(super) struct StorageId {
    pub(super) element: Element,
    pub(super) key: String,
}

impl StorageId {
    /// Reads a persistent identifier.
    pub(super) fn of(id: Value<'_>) -> Result<Self, PickleError> {
        const EXPECTED: &str = "the identifier of a storage";
        let parts = id.as_sequence().unwrap_or_default();
        let [tag, class, key, _location, _elements, rest @ ..] = parts.as_slice() else {
            return Err(id.unexpected(EXPECTED));
        };
        if tag.as_str() != Some("storage") || rest.iter().any(|view| !view.is_none()) {
            return Err(id.unexpected(EXPECTED));
        }
        let key = key.as_str().ok_or_else(|| key.unexpected(EXPECTED))?.to_owned();
        let name = class.name().ok_or_else(|| class.unexpected("a class of storages"))?;
        let element =
            Element::of(&name).ok_or_else(|| class.unexpected("a storage of plain numbers"))?;
        Ok(Self { element, key })
    }
}

/// Whether a value is a tensor or a parameter, of a kind that is read or not.
pub(super) fn is_tensor(value: Value<'_>) -> bool {
    value.call().is_some_and(|call| call.name.starts_with("torch._utils._rebuild_"))
}

/// Reads a tensor or a parameter.
pub(super) fn tensor(value: Value<'_>, storages: &Storages<'_>) -> Result<HostTensor, PickleError> {
    let call = value.call().ok_or_else(|| value.unexpected("a tensor"))?;
    let Call { name, args, .. } = &call;
    match (name.as_str(), args.as_slice()) {
        ("torch._utils._rebuild_tensor" | "torch._utils._rebuild_tensor_v2", args)
            if args.len() >= 4 =>
        {
            rebuild(value, args, None, storages)
        }
        ("torch._utils._rebuild_tensor_v3", args) if args.len() >= 7 => {
            rebuild(value, args, Some(args[6]), storages)
        }
        (
            "torch._utils._rebuild_parameter" | "torch._utils._rebuild_parameter_with_state",
            [inner, ..],
        ) => tensor(*inner, storages),
        _ => Err(value.unexpected("a dense tensor")),
    }
}

/// `(storage, offset, shape, strides, ...)`; `dtype` replaces the storage's own.
fn rebuild(
    value: Value<'_>,
    args: &[Value<'_>],
    dtype: Option<Value<'_>>,
    storages: &Storages<'_>,
) -> Result<HostTensor, PickleError> {
    let offset = args[1].as_int().and_then(|i| usize::try_from(i).ok());
    let offset = offset.ok_or_else(|| args[1].unexpected("an offset"))?;
    let (shape, strides) = (numpy::extents(args[2])?, numpy::extents(args[3])?);
    if shape.len() != strides.len() {
        let found = format!("shape {shape:?} with strides {strides:?}");
        return Err(value.inconsistent(found));
    }
    let dtype = match dtype {
        Some(dtype) => {
            let element = dtype.name().as_deref().and_then(Element::of);
            Some(element.ok_or_else(|| dtype.unexpected("a type of plain numbers"))?)
        }
        None => None,
    };
    let view = View { shape, strides, offset };
    with_storage(args[0], storages, |element, bytes, big_endian| {
        view.read(value, dtype.unwrap_or(element), bytes, big_endian)
    })
}

/// Finds the bytes of a storage: by identifier, or in a legacy file that the pickle holds.
fn with_storage<T>(
    storage: Value<'_>,
    storages: &Storages<'_>,
    read: impl FnOnce(Element, &[u8], bool) -> Result<T, PickleError>,
) -> Result<T, PickleError> {
    if let Some(id) = storage.as_persistent() {
        let StorageId { element, key } = StorageId::of(id)?;
        return storages.with_bytes(id, &key, |bytes, big_endian| read(element, bytes, big_endian));
    }
    let call = storage.call().filter(|call| call.name == "torch.storage._load_from_bytes");
    let held = call.and_then(|call| call.args.first().copied());
    let held = held.ok_or_else(|| storage.unexpected("a storage"))?;
    let bytes = held.as_bytes().ok_or_else(|| held.unexpected("the bytes of a storage"))?;
    storage.spend(bytes.len())?;
    let nested = |inner| storage.fault(Fault::Nested { inner: Box::new(inner) });
    let (pickle, inner) = legacy::parse(&bytes).map_err(nested)?;
    let root = pickle.root();
    let id = root.as_persistent().ok_or_else(|| nested(root.unexpected("a storage")))?;
    let StorageId { element, key } = StorageId::of(id).map_err(nested)?;
    match &inner {
        Storages::Legacy(legacy) => match legacy.storage(&key) {
            Some(bytes) => read(element, bytes, legacy.big_endian()),
            None => Err(nested(id.inconsistent(format!("storage `{key}` is not there")))),
        },
        Storages::None | Storages::Archive(_) => {
            Err(storage.unexpected("a storage with its bytes"))
        }
    }
}

struct View {
    shape: Vec<usize>,
    strides: Vec<usize>,
    offset: usize,
}

impl View {
    fn read(
        self,
        value: Value<'_>,
        element: Element,
        bytes: &[u8],
        big_endian: bool,
    ) -> Result<HostTensor, PickleError> {
        let Self { shape, strides, offset } = self;
        let count = numpy::count(value, &shape)?;
        let available = bytes.len() / element.size();
        match layout::reach(&shape, &strides, offset) {
            Some(reach) if reach <= available => {}
            _ => {
                return Err(value.inconsistent(format!(
                    "shape {shape:?} from element {offset} does not fit {available} elements"
                )));
            }
        }
        value.spend(count)?;
        let data = if strides == row_major(&shape) {
            let start = if count == 0 { 0 } else { offset * element.size() };
            element.read(&bytes[start..start + count * element.size()], None, big_endian)
        } else {
            element.read(bytes, Some(&layout::positions(&shape, &strides, offset)), big_endian)
        };
        Ok(HostTensor { shape, data })
    }
}

fn row_major(shape: &[usize]) -> Vec<usize> {
    let mut strides = layout::fortran_strides(&shape.iter().rev().copied().collect::<Vec<_>>());
    strides.reverse();
    strides
}
