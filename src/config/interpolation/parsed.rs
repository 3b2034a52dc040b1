//! Parsed texts, kept for the next evaluation: a tree repeats its few texts, and so does every job
//! of a sweep.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::ast::Part;
use super::parser;

/// How many texts a thread keeps; one more, and all are dropped.
const TEXTS: usize = 1024;
/// Up to which length they are kept, in bytes.
const LENGTH: usize = 256;

thread_local! {
    static KNOWN: RefCell<HashMap<String, Rc<[Part]>>> = RefCell::default();
}

/// As [`parser::parse`].
pub(super) fn parsed(text: &str) -> Result<Rc<[Part]>, String> {
    if let Some(parts) = KNOWN.with_borrow(|known| known.get(text).cloned()) {
        return Ok(parts);
    }
    let parts: Rc<[Part]> = parser::parse(text)?.into();
    if text.len() <= LENGTH {
        KNOWN.with_borrow_mut(|known| {
            if known.len() >= TEXTS {
                known.clear();
            }
            known.insert(text.to_owned(), Rc::clone(&parts));
        });
    }
    Ok(parts)
}
