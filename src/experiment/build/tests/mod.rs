//! What needs whole recipes.

mod full_size;
