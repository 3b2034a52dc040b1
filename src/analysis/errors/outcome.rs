//! Who is right about a segment: teacher, baseline and distilled model.

/// Whether each of the three is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// Whether the teacher is.
    pub teacher: bool,
    /// Whether the model without a teacher is.
    pub baseline: bool,
    /// Whether the distilled model is.
    pub distilled: bool,
}

const fn outcome(teacher: bool, baseline: bool, distilled: bool) -> Outcome {
    Outcome { teacher, baseline, distilled }
}

impl Outcome {
    /// All there are, most telling first.
    pub const ALL: [Outcome; 8] = [
        outcome(true, false, true),
        outcome(true, false, false),
        outcome(false, true, false),
        outcome(true, true, false),
        outcome(false, false, true),
        outcome(false, true, true),
        outcome(true, true, true),
        outcome(false, false, false),
    ];

    /// Its place in [`Outcome::ALL`].
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).expect("all eight are listed")
    }

    /// Its name in the original's notebook, `c` for correct and `w` for wrong.
    pub fn code(self) -> String {
        let letter = |right: bool| if right { 'c' } else { 'w' };
        let Self { teacher, baseline, distilled } = self;
        let [base, teach, distil] = [baseline, teacher, distilled].map(letter);
        format!("base_{base}_teach_{teach}_distil_{distil}")
    }

    /// What it says of the distillation.
    pub fn meaning(self) -> &'static str {
        match (self.teacher, self.baseline, self.distilled) {
            (true, false, true) => "learned from the teacher",
            (true, false, false) => "not learned from the teacher",
            (false, true, false) => "lost, as the teacher is wrong",
            (true, true, false) => "lost, though the teacher is right",
            (false, false, true) => "gained, though the teacher is wrong",
            (false, true, true) => "kept, though the teacher is wrong",
            (true, true, true) => "all right",
            (false, false, false) => "all wrong",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names() {
        let codes: BTreeSet<String> = Outcome::ALL.into_iter().map(Outcome::code).collect();
        let meanings: BTreeSet<&str> = Outcome::ALL.into_iter().map(Outcome::meaning).collect();
        assert_eq!((codes.len(), meanings.len()), (8, 8));
        assert_eq!(Outcome::ALL[0].code(), "base_w_teach_c_distil_c");
        assert_eq!(Outcome::ALL[2].code(), "base_c_teach_w_distil_w");
        assert!(Outcome::ALL.into_iter().enumerate().all(|(i, one)| one.number() == i));
    }
}
