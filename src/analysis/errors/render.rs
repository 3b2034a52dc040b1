//! The outcomes as a table, the segments as CSV.

use serde_json::{Value, json};

use super::super::Grid;
use super::super::grid::csv;
use super::{Case, Errors, Outcome, Role};

impl Errors<'_> {
    /// One row an outcome: who is right, what it says, how many segments, percent.
    pub fn grid(&self) -> Grid {
        let word = |right: bool| if right { "right" } else { "wrong" }.to_owned();
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (outcome, count) in Outcome::ALL.into_iter().zip(self.counts()) {
            let Outcome { teacher, baseline, distilled } = outcome;
            let mut row: Vec<String> = [teacher, baseline, distilled].map(word).into();
            let share = format!("{:.2}", self.percent(count));
            row.extend([outcome.meaning().to_owned(), count.to_string(), share]);
            rows.push(row);
        }
        let right = self.right();
        let mut total: Vec<String> = right.map(|n| format!("{:.2} %", self.percent(n))).into();
        let k = self.options.k;
        total.extend([format!("right in top {k}"), self.cases.len().to_string(), "100.00".into()]);
        rows.push(total);
        let head = ["teacher", "baseline", "distilled", "", "segments", "percent"];
        Grid {
            head: head.map(str::to_owned).into(),
            rows: rows.into_iter().map(|row| row.into_iter().map(Into::into).collect()).collect(),
            numbers: 4,
        }
    }

    /// The outcomes with the names of the original's notebook.
    pub fn counts_csv(&self) -> String {
        let head = ["error_type", "teacher", "baseline", "distilled", "segments", "percent"];
        let row = |(outcome, count): (Outcome, usize)| {
            let digit = |right: bool| u8::from(right).to_string();
            vec![
                outcome.code(),
                digit(outcome.teacher),
                digit(outcome.baseline),
                digit(outcome.distilled),
                count.to_string(),
                self.percent(count).to_string(),
            ]
        };
        let rows: Vec<_> = Outcome::ALL.into_iter().zip(self.counts()).map(row).collect();
        csv(&head.map(str::to_owned), &rows)
    }

    /// The outcomes, the models and what was left out.
    pub fn json(&self) -> Value {
        let outcome = |(outcome, count): (Outcome, usize)| {
            json!({
                "error_type": outcome.code(),
                "meaning": outcome.meaning(),
                "teacher": outcome.teacher,
                "baseline": outcome.baseline,
                "distilled": outcome.distilled,
                "segments": count,
                "percent": self.percent(count),
            })
        };
        let model = |((role, name), right): ((Role, &String), usize)| {
            json!({
                "role": role.name(),
                "name": name,
                "right": right,
                "percent": self.percent(right),
            })
        };
        let outcomes: Vec<Value> =
            Outcome::ALL.into_iter().zip(self.counts()).map(outcome).collect();
        let models: Vec<Value> =
            Role::ALL.into_iter().zip(&self.names).zip(self.right()).map(model).collect();
        json!({
            "k": self.options.k,
            "segments": self.cases.len(),
            "models": models,
            "outcomes": outcomes,
            "left_out": {
                "unlabelled": self.left_out.unlabelled,
                "missing": self.left_out.missing,
            },
        })
    }

    /// One row a segment; lists are JSON. `names` are the names of the actions.
    pub fn csv(&self, names: &[String]) -> String {
        let mut head: Vec<String> = [
            "uid",
            "video",
            "start",
            "end",
            "error_type",
            "target",
            "target_txt",
            "label_history",
            "uid_history",
        ]
        .map(str::to_owned)
        .into();
        for role in Role::ALL.map(Role::name) {
            let columns = ["_rank", "_top", "_top_txt", "_top_score"];
            head.extend(columns.map(|column| format!("{role}{column}")));
        }
        let rows: Vec<_> = self.cases.iter().map(|case| self.row(case, names)).collect();
        csv(&head, &rows)
    }

    fn row(&self, case: &Case<'_>, names: &[String]) -> Vec<String> {
        let name = |action: &usize| names[*action].trim();
        let past: Vec<&str> = case.history.iter().map(|(action, _)| name(action)).collect();
        let uids: Vec<Value> = case
            .history
            .iter()
            .map(|(_, uid)| uid.as_int().map_or_else(|| json!(uid.to_string()), |i| json!(i)))
            .collect();
        let mut cells = vec![
            case.segment.uid.to_string(),
            case.video.to_owned(),
            case.segment.start.to_string(),
            case.segment.end.to_string(),
            case.outcome.code(),
            case.target.to_string(),
            name(&case.target).to_owned(),
            json!(past).to_string(),
            json!(uids).to_string(),
        ];
        for guesses in &case.guesses {
            let first = &guesses.first;
            let actions: Vec<usize> = first.iter().map(|guess| guess.action).collect();
            let words: Vec<&str> = actions.iter().map(name).collect();
            let scores: Vec<f64> = first.iter().map(|guess| guess.score).collect();
            cells.push((guesses.rank + 1).to_string());
            cells.extend([json!(actions), json!(words), json!(scores)].map(|v| v.to_string()));
        }
        cells
    }

    fn percent(&self, count: usize) -> f64 {
        100.0 * count as f64 / self.cases.len() as f64
    }
}
