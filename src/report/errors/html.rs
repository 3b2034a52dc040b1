//! The HTML of the page.

use super::super::escape::{html, shell};
use super::super::page::{Page, scrolling};
use super::{ErrorExample, ErrorGuesses, ErrorOutcome, ErrorPage};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("pick.js");

/// The page as one file.
pub fn render_errors(page: &ErrorPage) -> String {
    let notes: String =
        page.notes.iter().map(|note| format!("<p class=\"note\">{}</p>\n", html(note))).collect();
    let (table, shares) = (table(page), shares(page));
    let outcomes = format!("<div class=\"who-right\">\n{table}{shares}</div>\n{notes}");
    Page::new(&page.title)
        .of_data(page.data)
        .with(STYLE, SCRIPT)
        .lead(&lead(page))
        .section("outcomes", "Who is right", outcomes)
        .section("examples", "Examples", examples(page))
        .section("made", "How it was made", made(page))
        .render()
}

fn lead(page: &ErrorPage) -> String {
    let model = |model: &super::ErrorModel| {
        let (role, name, right) = (model.role, html(&model.name), model.right);
        let percent = percent(right, page.segments);
        format!(
            "<div><dt>{role}</dt><dd>{percent} %<small>{right} right: {name}</small></dd></div>\n"
        )
    };
    let models: String = page.models.iter().map(model).collect();
    let (k, n) = (page.k, page.segments);
    format!(
        "<p>Of {n} segments, how often the action that happens is among the first {k} that each model \
         expects.</p>\n<dl class=\"tiles models\">\n{models}</dl>\n"
    )
}

fn table(page: &ErrorPage) -> String {
    let row = |outcome: &ErrorOutcome| {
        let ErrorOutcome { code, meaning, right, segments, .. } = outcome;
        let cells: String = right.map(|right| format!("<td>{}</td>", verdict(right))).concat();
        let percent = percent(*segments, page.segments);
        format!(
            "<tr>{cells}<th scope=\"row\"><a href=\"#{code}\">{meaning}</a></th>\
             <td class=\"number\">{segments}</td><td class=\"number\">{percent} %</td></tr>\n"
        )
    };
    let rows: String = page.outcomes.iter().map(row).collect();
    let roles: String =
        page.models.iter().map(|model| format!("<th scope=\"col\">{}</th>", model.role)).collect();
    scrolling(
        "Outcomes",
        &format!(
            "<table class=\"outcomes\">\n<caption>Segments by who is right, top {}</caption>\n\
             <thead><tr>{roles}<th scope=\"col\">outcome</th>\
             <th scope=\"col\" class=\"number\">segments</th>\
             <th scope=\"col\" class=\"number\">share</th></tr></thead>\n\
             <tbody>\n{rows}</tbody></table>\n",
            page.k
        ),
    )
}

fn verdict(right: bool) -> &'static str {
    match right {
        true => "<span class=\"yes\">✓ right</span>",
        false => "<span class=\"no\">✗ wrong</span>",
    }
}

/// Bars, one an outcome.
fn shares(page: &ErrorPage) -> String {
    const ROW: usize = 38;
    const WIDTH: usize = 350;
    let most = page.outcomes.iter().map(|outcome| outcome.segments).max().unwrap_or(0).max(1);
    let bar = |(i, outcome): (usize, &ErrorOutcome)| {
        let (y, width) = (i * ROW, WIDTH as f64 * outcome.segments as f64 / most as f64);
        let (meaning, segments) = (outcome.meaning, outcome.segments);
        let percent = percent(segments, page.segments);
        format!(
            "<text x=\"0\" y=\"{}\">{meaning}</text>\n\
             <text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">{segments}</text>\n\
             <rect class=\"bar\" y=\"{}\" width=\"{width:.1}\" height=\"12\"/>\n\
             <rect class=\"row\" y=\"{y}\" width=\"{WIDTH}\" height=\"{}\" \
             data-tip=\"{meaning}&#10;{segments} segments, {percent} %\"/>\n",
            y + 14,
            y + 14,
            y + 19,
            ROW - 3,
        )
    };
    let bars: String = page.outcomes.iter().enumerate().map(bar).collect();
    format!(
        "<figure class=\"shares\">\n<svg class=\"chart\" tabindex=\"0\" viewBox=\"-2 0 {} {}\" \
         role=\"img\" aria-labelledby=\"shares-title\">\n\
         <title id=\"shares-title\">Segments of each outcome</title>\n\
         <desc>The numbers of the table as bars.</desc>\n{bars}</svg>\n</figure>\n",
        WIDTH + 4,
        page.outcomes.len() * ROW
    )
}

fn examples(page: &ErrorPage) -> String {
    let groups: String = page.outcomes.iter().map(|outcome| group(outcome, page)).collect();
    format!(
        "<p>A line of actions that came before, in bold the one that happens; below it what each model \
         expects, with its probability (softmax of its scores).</p>\n\
         <div id=\"cases\">\n{groups}</div>\n"
    )
}

fn group(outcome: &ErrorOutcome, page: &ErrorPage) -> String {
    let ErrorOutcome { code, meaning, segments, examples, .. } = outcome;
    let told = match examples.len() {
        _ if *segments == 0 => "No segment.".to_owned(),
        shown if shown == *segments => format!("All {segments} segments."),
        shown => format!(
            "{shown} of {segments} segments, evenly spread over all of them; {} are left out.",
            segments - shown
        ),
    };
    let cards: String = examples.iter().map(|example| card(example, outcome, page)).collect();
    format!(
        "<div class=\"group\" id=\"{code}\">\n<h3>{}</h3>\n\
         <p class=\"quiet\">{told} <code>{code}</code></p>\n<div class=\"cases\">\n{cards}</div>\n</div>\n",
        capital(meaning)
    )
}

fn card(example: &ErrorExample, outcome: &ErrorOutcome, page: &ErrorPage) -> String {
    let ErrorExample { uid, video, times: [start, end], history, target, guesses } = example;
    let past: String = history
        .iter()
        .chain(std::iter::once(target))
        .map(|action| format!("<li>{}</li>", html(action)))
        .collect();
    let says: String = page
        .models
        .iter()
        .zip(outcome.right)
        .zip(guesses)
        .map(|((model, right), guesses)| says(model.role, right, guesses))
        .collect();
    format!(
        "<article class=\"case\"><h4>{}, {start:.1} to {end:.1} s, segment {}</h4>\
         <ol class=\"past\">{past}</ol><div class=\"says\">{says}</div></article>\n",
        html(video),
        html(uid)
    )
}

fn says(role: &str, right: bool, guesses: &ErrorGuesses) -> String {
    let item = |(i, (action, probability)): (usize, &(String, f64))| {
        let class = if i + 1 == guesses.rank { " class=\"hit\"" } else { "" };
        format!("<li{class}><span>{}</span><b>{:.1} %</b></li>", html(action), 100.0 * probability)
    };
    let items: String = guesses.first.iter().enumerate().map(item).collect();
    let mark =
        if right { "<span class=\"yes\">✓</span>" } else { "<span class=\"no\">✗</span>" };
    let word = if right { "right" } else { "wrong" };
    let rank = guesses.rank;
    format!("<div><p class=\"who\">{role} {mark} {word}, place {rank}</p><ol>{items}</ol></div>")
}

fn made(page: &ErrorPage) -> String {
    format!(
        "<pre data-copy=\"the command\"><code>{}</code></pre>\n\
         <p>All segments are in <code>errors.csv</code> beside this page.</p>\n",
        html(&shell(&page.command))
    )
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1}", 100.0 * part as f64 / whole.max(1) as f64)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
