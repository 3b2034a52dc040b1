//! The classes as a table, CSV and JSON.

use serde_json::{Value, json};

use super::super::compare::Summary;
use super::super::grid::csv;
use super::super::{Cell, Grid};
use super::{ClassRow, Classes};

impl Classes {
    /// One row a class.
    pub fn grid(&self) -> Grid {
        let has_train = self.rows.iter().any(|row| row.train.is_some());
        let has_lists = self.rows.iter().any(|row| row.many_shot.is_some());
        let mut head = vec![self.options.label.clone(), self.side(0), self.side(1)];
        head.extend(["gain".to_owned(), "segments".to_owned()]);
        head.extend(has_train.then(|| "in training".to_owned()));
        head.extend(has_lists.then(|| "many-shot".to_owned()));
        let row = |row: &ClassRow| -> Vec<Cell> {
            let [a, b] = row.values.each_ref().map(Summary::shown);
            let mut cells =
                vec![row.name.clone(), a, b, signed(row.gain), row.segments.to_string()];
            if has_train {
                cells.push(row.train.map_or("-".to_owned(), |n| n.to_string()));
            }
            if has_lists {
                cells.push(if row.many_shot == Some(true) { "yes" } else { "" }.to_owned());
            }
            cells.into_iter().map(Cell::from).collect()
        };
        Grid { head, rows: self.rows.iter().map(row).collect(), numbers: 1 }
    }

    /// What the classes add up to, in a sentence.
    pub fn summary(&self) -> String {
        let ([a, b], [gained, lost]) = (self.means(), self.moved());
        let (n, metric) = (self.all.len(), self.metric());
        format!(
            "mean {metric} of {n} classes: {a:.2} and {b:.2} ({}); {gained} gained, {lost} lost, {} same",
            signed(b - a),
            n - gained - lost,
        )
    }

    /// One row a class, mean, deviation and number of runs in columns of their own.
    pub fn csv(&self) -> String {
        let mut head: Vec<String> = vec!["class".into(), self.options.label.clone()];
        for side in ["a", "b"] {
            head.extend(["", " std", " n"].map(|part| format!("{side}{part}")));
        }
        head.extend(["gain", "segments", "in training", "many-shot"].map(str::to_owned));
        let optional = |value: Option<String>| value.unwrap_or_default();
        let row = |row: &ClassRow| {
            let mut cells = vec![row.class.to_string(), row.name.clone()];
            for Summary { mean, deviation, n, .. } in &row.values {
                let deviation = deviation.map(|deviation| deviation.to_string());
                cells.extend([mean.to_string(), optional(deviation), n.to_string()]);
            }
            cells.extend([row.gain.to_string(), row.segments.to_string()]);
            cells.push(optional(row.train.map(|n| n.to_string())));
            cells.push(optional(row.many_shot.map(|many| u8::from(many).to_string())));
            cells
        };
        csv(&head, &self.rows.iter().map(row).collect::<Vec<_>>())
    }

    /// The classes that are shown, and what all of them add up to.
    pub fn json(&self) -> Value {
        let summary = |s: &Summary| json!({ "mean": s.mean, "std": s.deviation, "n": s.n });
        let row = |row: &ClassRow| {
            json!({
                "class": row.class,
                "name": row.name,
                "a": summary(&row.values[0]),
                "b": summary(&row.values[1]),
                "gain": row.gain,
                "segments": row.segments,
                "train_segments": row.train,
                "many_shot": row.many_shot,
            })
        };
        let ([a, b], [gained, lost]) = (self.means(), self.moved());
        json!({
            "label": self.options.label,
            "metric": self.metric(),
            "a": self.names[0],
            "b": self.names[1],
            "segments": self.segments,
            "mean": { "classes": self.all.len(), "a": a, "b": b, "gain": b - a },
            "gained": gained,
            "lost": lost,
            "classes": self.rows.iter().map(row).collect::<Vec<_>>(),
            "left_out": {
                "unlabelled": self.left_out.unlabelled,
                "missing": self.left_out.missing,
                "classes": self.all.len() - self.rows.len(),
            },
        })
    }

    /// `top1` or `recall@k`.
    fn metric(&self) -> String {
        match self.options.k {
            1 => "top1".to_owned(),
            k => format!("recall@{k}"),
        }
    }

    fn side(&self, side: usize) -> String {
        match &self.names[side][..] {
            [one] => one.clone(),
            all => format!("{} (n {})", all[0], all.len()),
        }
    }
}

fn signed(value: f64) -> String {
    format!("{value:+.2}")
}
