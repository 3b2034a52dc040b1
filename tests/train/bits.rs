//! What comparing to the bit needs.

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};
use runner::models::{Student, named_parameters};

/// The generator of random numbers is one for the process: tests that compare bits take turns.
pub fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every weight by name.
pub fn weights(student: &Student) -> Vec<(String, TensorData)> {
    struct Values(Vec<TensorData>);
    impl ModuleVisitor for Values {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(param.val().to_data());
        }
    }
    let mut values = Values(Vec::new());
    student.visit(&mut values);
    named_parameters(student).into_iter().map(|p| p.name).zip(values.0).collect()
}
