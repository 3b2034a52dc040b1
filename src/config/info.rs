//! The texts of `--info`: what was composed and from where.

use super::composed::Composed;
use super::defaults::{Branch, Element, Tree};
use super::error::ConfigErrors;
use super::printed::Part;

/// Kinds of parts of the program that a config chooses from, each with its names.
pub type Plugins<'a> = [(&'a str, Vec<&'a str>)];

impl Composed {
    /// `--info all`: everything below.
    ///
    /// # Errors
    /// As [`Composed::info_config`].
    pub fn info_all(&self, plugins: &Plugins<'_>) -> Result<String, ConfigErrors> {
        let head = format!("Hydra {}", self.text_at("hydra.runtime.version")?);
        let rule = "=".repeat(head.chars().count());
        let (plugins, config) = (plugins_list(plugins), self.info_config()?);
        Ok(format!("{head}\n{rule}\n{plugins}{config}"))
    }

    /// `--info config`: search path, defaults tree and list, the config itself.
    ///
    /// # Errors
    /// None today; printing the config may fail in general.
    pub fn info_config(&self) -> Result<String, ConfigErrors> {
        Ok([
            self.search_path_table(),
            self.defaults_tree(),
            self.defaults_table(),
            heading("Config"),
            self.to_yaml(Part::Job, false, None)?,
            "\n".to_owned(),
        ]
        .concat())
    }

    /// `--info defaults-tree`: the configs and the entries that brought them in, indented.
    pub fn defaults_tree(&self) -> String {
        let mut out = format!("\n{}", heading("Defaults Tree"));
        self.tree_lines(&self.tree, 0, &mut out);
        out
    }

    fn tree_lines(&self, tree: &Tree, depth: usize, out: &mut String) {
        let branches = tree.branches.as_deref().unwrap_or_default();
        let colon = if branches.is_empty() { "" } else { ":" };
        let line = self.tree_label(&tree.element);
        out.push_str(&format!("{}{line}{colon}\n", "  ".repeat(depth)));
        for branch in branches {
            match branch {
                Branch::Leaf(element) => {
                    let line = self.tree_label(element);
                    out.push_str(&format!("{}{line}\n", "  ".repeat(depth + 1)));
                }
                Branch::Tree(below) => self.tree_lines(below, depth + 1, out),
            }
        }
    }

    fn tree_label(&self, element: &Element) -> String {
        if element.is_group() {
            let key = element.override_key(self.version);
            format!("{key}: {}", element.name().unwrap_or("null"))
        } else {
            element.config_path()
        }
    }

    /// `--info defaults`: the final list as a table.
    pub fn defaults_table(&self) -> String {
        let rows = self.items.iter().map(|item| {
            let is_self = if item.is_self { "True" } else { "False" };
            let parent = item.parent.clone().unwrap_or_default();
            [item.config.clone(), item.package.clone(), is_self.to_owned(), parent]
        });
        let header = ["Config path", "Package", "_self_", "Parent"].map(str::to_owned);
        table("Defaults List", header, rows.collect(), " ")
    }

    /// `--info searchpath`: where configs were searched.
    pub fn search_path_table(&self) -> String {
        let rows = self.sources.iter().map(|source| {
            let path = format!("{}://{}", source.schema(), source.path(&self.cwd));
            [source.provider().to_owned(), path]
        });
        let header = ["Provider", "Search path"].map(str::to_owned);
        table("Config search path", header, rows.collect(), "")
    }
}

/// `--info plugins`: what a config can choose from besides files.
pub fn plugins_list(plugins: &Plugins<'_>) -> String {
    let mut out = heading("Installed Hydra Plugins");
    for (kind, names) in plugins {
        let rule = "-".repeat(kind.chars().count() + 1);
        out.push_str(&format!("\t{kind}:\n\t{rule}\n"));
        out.extend(names.iter().map(|name| format!("\t\t{name}\n")));
    }
    out
}

/// A title and a table with rules, as Hydra logs them.
fn table<const N: usize>(
    name: &str,
    header: [String; N],
    rows: Vec<[String; N]>,
    header_end: &str,
) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let line = |row: &[String; N]| {
        let cells = row.iter().enumerate().map(|(i, cell)| format!("{cell:<w$}", w = width(i)));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let head = format!("{}{header_end}", line(&header));
    let rule = "-".repeat(head.chars().count());
    let mut out = format!("\n{}{head}\n{rule}\n", heading(name));
    for row in &rows {
        out.push_str(&line(row));
        out.push('\n');
    }
    out.push_str(&rule);
    out.push('\n');
    out
}

fn heading(text: &str) -> String {
    format!("{text}\n{}\n", "*".repeat(text.chars().count()))
}
