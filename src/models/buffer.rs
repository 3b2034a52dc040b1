//! Values that a model keeps and no optimizer trains: `torch`'s buffers.
//!
//! A buffer changes during the forward pass. Visitors and mappers meet its value as they meet a
//! parameter's, inside a container of its own by which [`NamePath`](super::names::NamePath) tells
//! the two apart. Invariant: a buffer never requires gradients, and a clone has its own value.

use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard};

use burn::module::{
    Content, Devices, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
    Param, ParamId,
};
use burn::tensor::{Device, Int, Tensor};

/// The container that visitors step into around a buffer.
pub(crate) const CONTAINER: &str = "Buffer";

/// A tensor that is kept beside the parameters.
#[derive(Debug)]
pub struct Buffer<T> {
    id: ParamId,
    value: Mutex<T>,
}

impl<T: Clone> Buffer<T> {
    /// Keeps a first value.
    pub fn new(value: T) -> Self {
        Self { id: ParamId::new(), value: Mutex::new(value) }
    }

    /// What is kept now.
    pub fn get(&self) -> T {
        self.lock().clone()
    }

    /// Keeps what `change` makes of the value.
    pub fn update(&self, change: impl FnOnce(T) -> T) {
        let mut value = self.lock();
        *value = change(value.clone());
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().expect("no holder panics between two tensors")
    }

    fn with(&self, value: T) -> Self {
        Self { id: self.id, value: Mutex::new(value) }
    }
}

impl<T: Clone> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        self.with(self.get())
    }
}

/// Kinds of tensors that a buffer holds.
pub trait Kept: Clone + Send + Debug {
    /// Where it lies.
    fn place(&self) -> Device;
    /// The same on another device.
    fn moved(self, device: &Device) -> Self;
    /// The same under autodiff.
    fn tracked(self) -> Self;
    /// The same without autodiff.
    fn untracked(self) -> Self;
    /// Shows it to a visitor.
    fn show<V: ModuleVisitor>(self, id: ParamId, visitor: &mut V);
    /// What a mapper makes of it.
    fn mapped<M: ModuleMapper>(self, id: ParamId, mapper: &mut M) -> Self;
}

impl<const D: usize> Kept for Tensor<D> {
    fn place(&self) -> Device {
        self.device()
    }

    fn moved(self, device: &Device) -> Self {
        self.to_device(device)
    }

    fn tracked(self) -> Self {
        Self::from_inner(self)
    }

    fn untracked(self) -> Self {
        self.without_autodiff()
    }

    fn show<V: ModuleVisitor>(self, id: ParamId, visitor: &mut V) {
        visitor.visit_float(&Param::initialized(id, self));
    }

    fn mapped<M: ModuleMapper>(self, id: ParamId, mapper: &mut M) -> Self {
        mapper.map_float(Param::initialized(id, self)).consume().1.set_require_grad(false)
    }
}

impl<const D: usize> Kept for Tensor<D, Int> {
    fn place(&self) -> Device {
        self.device()
    }

    fn moved(self, device: &Device) -> Self {
        self.to_device(device)
    }

    fn tracked(self) -> Self {
        Self::from_inner(self)
    }

    fn untracked(self) -> Self {
        self.without_autodiff()
    }

    fn show<V: ModuleVisitor>(self, id: ParamId, visitor: &mut V) {
        visitor.visit_int(&Param::initialized(id, self));
    }

    fn mapped<M: ModuleMapper>(self, id: ParamId, mapper: &mut M) -> Self {
        mapper.map_int(Param::initialized(id, self)).consume().1
    }
}

impl<T: Kept> Module for Buffer<T> {
    fn collect_devices(&self, mut devices: Devices) -> Devices {
        let device = self.lock().place();
        if !devices.contains(&device) {
            devices.push(device);
        }
        devices
    }

    fn fork(self, device: &Device) -> Self {
        self.to_device(device)
    }

    fn to_device(self, device: &Device) -> Self {
        self.update(|value| value.moved(device));
        self
    }

    fn train(self) -> Self {
        self.update(T::tracked);
        self
    }

    fn valid(&self) -> Self {
        self.with(self.get().untracked())
    }

    fn materialize(self) -> Self {
        self
    }

    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        visitor.enter_module("value", CONTAINER);
        self.get().show(self.id, visitor);
        visitor.exit_module("value", CONTAINER);
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        mapper.enter_module("value", CONTAINER);
        self.update(|value| value.mapped(self.id, mapper));
        mapper.exit_module("value", CONTAINER);
        self
    }
}

impl<T: Kept> ModuleDisplayDefault for Buffer<T> {
    fn content(&self, content: Content) -> Option<Content> {
        content.add_formatted(&CONTAINER.to_owned()).optional()
    }
}

impl<T: Kept> ModuleDisplay for Buffer<T> {}
