//! A data set with a teacher: every segment beside what is predicted of it.

use std::sync::Arc;

use crate::data::Uid;
use crate::data::error::DataError;
use crate::data::teacher::{Coverage, MissingPrediction, Teacher, TeacherError};

use super::Dataset;

impl Dataset {
    /// Adds a teacher, after checking its classes and coverage.
    pub fn with_teacher(
        mut self,
        teacher: Arc<Teacher>,
        missing: MissingPrediction,
    ) -> Result<Self, DataError> {
        teacher.check_classes(&self.annotations.class_names("action"))?;
        let uids = self.items.iter().map(|item| &self.annotations.segments[item.segment].uid);
        let uncovered: Vec<&Uid> = uids.filter(|uid| !teacher.covers(uid)).collect();
        let (name, count, of) = (teacher.name(), uncovered.len(), self.items.len());
        match count {
            0 => tracing::info!(teacher = name, of, "teacher covers all segments"),
            _ => {
                tracing::warn!(teacher = name, missing = count, of, rule = ?missing, "teacher coverage")
            }
        }
        // A teacher of nothing is that of another data set, or its uids are written otherwise.
        let refused = missing == MissingPrediction::Error || count == of;
        if let Some(first) = uncovered.first().filter(|_| refused) {
            return Err(TeacherError::Coverage {
                teacher: name.into(),
                missing: count,
                of,
                first: (*first).clone(),
            }
            .into());
        }
        self.teacher = Some((teacher, missing));
        Ok(self)
    }

    /// Who teaches, if anyone.
    pub fn teacher(&self) -> Option<&Teacher> {
        self.teacher.as_ref().map(|(teacher, _)| teacher.as_ref())
    }

    /// How much the teacher covers.
    pub fn coverage(&self) -> Option<Coverage> {
        let (teacher, _) = self.teacher.as_ref()?;
        let of = self.items.len();
        let present = (0..of).filter(|idx| teacher.covers(&self.segment(*idx).uid)).count();
        Some(Coverage { present, of })
    }
}
