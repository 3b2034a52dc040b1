//! The shell of every page: what stands around its sections.
//!
//! Decides head, banner, contents, landmarks, style and script. It does not know what a page is about.
//! Invariant: a page is one file, asks the network for nothing, and can be read without its script.

use super::escape::html;
use crate::runs::{DataKind, now};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = concat!(
    include_str!("script/tips.js"),
    include_str!("script/marks.js"),
    include_str!("script/lines.js"),
    include_str!("script/controls.js"),
    include_str!("script/sort.js"),
);

/// Nothing is loaded from anywhere, even where something in a page asked for it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// A page that is one file.
///
/// Bodies are HTML: whoever makes them escapes the text in them ([`html`]).
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    kinds: Vec<DataKind>,
    lead: String,
    sections: Vec<Section>,
    style: &'static str,
    script: &'static str,
}

#[derive(Clone, Debug)]
struct Section {
    id: &'static str,
    title: String,
    body: String,
}

impl Page {
    /// A page with this title, as text.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            kinds: Vec::new(),
            lead: String::new(),
            sections: Vec::new(),
            style: "",
            script: "",
        }
    }

    /// Says loudly, above all else, when figures come from such data and mean little.
    pub fn of_data(mut self, kind: DataKind) -> Self {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        self
    }

    /// Adds HTML below the title.
    pub fn lead(mut self, body: &str) -> Self {
        self.lead += body;
        self
    }

    /// Adds a section; `id` is unique in the page, `title` is text, `body` HTML with headings from `h3`.
    pub fn section(mut self, id: &'static str, title: &str, body: String) -> Self {
        self.sections.push(Section { id, title: title.to_owned(), body });
        self
    }

    /// Adds style and script of its own behind those of every page.
    pub(super) fn with(self, style: &'static str, script: &'static str) -> Self {
        Self { style, script, ..self }
    }

    /// The whole page.
    pub fn render(&self) -> String {
        let banners: String = self.kinds.iter().map(|kind| banner(*kind)).collect();
        let sections: String = self.sections.iter().map(Section::render).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
             <style>\n{STYLE}{style}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to the content</a>\n\
             <header>\n{banners}<h1>{title}</h1>\n{lead}{contents}</header>\n\
             <main id=\"main\" tabindex=\"-1\">\n{sections}</main>\n\
             <footer><p>runner {version}, written {now}</p></footer>\n\
             <script>\n\"use strict\";\n(() => {{\n{SCRIPT}{script}}})();\n</script>\n</body>\n</html>\n",
            title = html(&self.title),
            lead = self.lead,
            style = self.style,
            script = self.script,
            contents = self.contents(),
            version = html(env!("CARGO_PKG_VERSION")),
            now = now(),
        )
    }

    fn contents(&self) -> String {
        if self.sections.len() < 2 {
            return String::new();
        }
        let items: String = self
            .sections
            .iter()
            .map(|s| format!("<li><a href=\"#{}\">{}</a></li>\n", s.id, html(&s.title)))
            .collect();
        format!("<nav aria-label=\"Contents\">\n<ul>\n{items}</ul>\n</nav>\n")
    }
}

impl Section {
    fn render(&self) -> String {
        let Self { id, title, body } = self;
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n\
             <h2 id=\"{id}-title\">{}</h2>\n{body}</section>\n",
            html(title)
        )
    }
}

/// A table (or another wide thing) that scrolls by itself where it is wider than the window; `label`
/// is text.
pub(super) fn scrolling(label: &str, body: &str) -> String {
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n{body}</div>\n",
        html(label)
    )
}

fn banner(kind: DataKind) -> &'static str {
    match kind {
        DataKind::Real => "",
        DataKind::Simulated => {
            "<p class=\"banner\" role=\"note\"><strong>Simulated features.</strong> The inputs \
             were derived from the labels. The figures show that the program works, and say nothing \
             about anticipation.</p>\n"
        }
        DataKind::Synthetic => {
            "<p class=\"banner\" role=\"note\"><strong>Synthetic data.</strong> Annotations, inputs \
             and teacher were generated. The figures show that the program works, and say nothing \
             about anticipation.</p>\n"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_its_landmarks_and_loads_nothing() {
        let page = Page::new("a <b>")
            .of_data(DataKind::Synthetic)
            .of_data(DataKind::Synthetic)
            .section("one", "One & two", "<p>x</p>\n".into())
            .section("three", "Three", String::new())
            .render();
        for part in
            ["<title>a &lt;b&gt;</title>", "<h1>a &lt;b&gt;</h1>", "href=\"#one\">One &amp; two"]
        {
            assert!(page.contains(part), "{part}");
        }
        for tag in ["header", "nav", "main", "footer", "script"] {
            assert_eq!(page.matches(&format!("</{tag}>")).count(), 1, "{tag}");
        }
        assert_eq!(page.matches("class=\"banner\"").count(), 1);
        // The name space of SVG is a name, no address.
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains("http://") && !page.contains("https://"), "no network");
    }
}
