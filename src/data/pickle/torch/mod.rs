//! Tensors of PyTorch: `torch.save` in both formats, and tensors inside other pickles.
//!
//! | container | storages |
//! |---|---|
//! | zip (since torch 1.6) | members `data/<key>` beside `data.pkl` |
//! | legacy | after four pickles: magic number, version, system, the object |
//! | any other pickle | `torch.storage._load_from_bytes` holds a legacy file as bytes |
//!
//! Read are dense tensors and parameters of the usual types; quantised, sparse and complex ones,
//! TorchScript archives and the tar format of 2016 are refused by name.

mod element;
mod legacy;
mod state;
mod storages;
mod tensor;
mod zip;

pub(super) use legacy::parse as parse_legacy;
pub(super) use storages::Storages;
pub(super) use zip::{Archive, Source};
