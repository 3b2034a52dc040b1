//! Where a command begins, its verbs and their objects.
//!
//! A sentence is read from left to right. A command begins at its start, behind a comma or a
//! connective, and behind what stands in front (`in a bowl`, `when the oil is hot`); its verbs
//! follow one another (`peel and chop`), its objects too (`flour, sugar and salt`).

use super::Action;
use super::lexicon::{self, Class, class, is_phrasal, of_gerund, of_past};
use super::phrase::{self, Phrase, is_determined, is_participle, word};
use super::tokens::Token;

/// Finds the actions of a sentence.
pub(super) fn actions(tokens: &[Token<'_>], found: &mut Vec<Action>) {
    let mut reader = Reader { tokens, at: 0, found };
    reader.command_at_start();
    while reader.advance() {
        reader.command();
    }
}

/// How sure it must be that a word is a verb.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// Where a command is to be expected.
    Little,
    /// Where a noun may stand as well.
    Much,
}

struct Reader<'a, 't, 'f> {
    tokens: &'t [Token<'a>],
    at: usize,
    found: &'f mut Vec<Action>,
}

impl<'a> Reader<'a, '_, '_> {
    fn command_at_start(&mut self) {
        while matches!(self.tokens.get(self.at), Some(Token::Number | Token::Comma)) {
            self.at += 1;
        }
        self.at = self.past_adverbs(self.at);
        self.clause(Need::Little);
    }

    fn command(&mut self) {
        self.clause(Need::Much);
    }

    /// Reads the clause that begins here, if it is a command.
    fn clause(&mut self, need: Need) {
        let Some(first) = word(self.tokens, self.at) else { return };
        if let Some(verb) = self.verb(self.at, need) {
            return self.predicate(verb);
        }
        let known = class(first);
        if known.any(Class::NEGATION) || self.is_negated(self.at) {
            self.skip_to_comma();
        } else if known.any(Class::PRONOUN) {
            self.told(first);
        } else if matches!(first, "while" | "by") && self.gerund(self.at + 1).is_some() {
            self.at += 1;
            self.clause(need);
        } else if Self::stands_in_front(first)
            && let Some(at) = self.behind_the_front()
        {
            self.at = at;
            self.clause(Need::Little);
        }
    }

    /// Whether a word begins what can stand in front of a command: `in a bowl`, `using a fork`.
    fn stands_in_front(first: &str) -> bool {
        class(first).any(Class::PREPOSITION.or(Class::SUBORDINATOR))
            || of_gerund(first).is_some()
            || matches!(first, "to" | "using")
    }

    /// What somebody says of doing: `you can add`, `I used`.
    fn told(&mut self, subject: &str) {
        let mut at = self.past_adverbs(self.at + 1);
        let direct = at;
        while word(self.tokens, at).is_some_and(|w| w == "to" || class(w).any(Class::AUXILIARY)) {
            at = self.past_adverbs(at + 1);
        }
        if self.is_negated(direct) || (direct..at).any(|at| self.is_negated(at)) {
            return self.skip_to_comma();
        }
        let Some(said) = word(self.tokens, at) else { return };
        let verb = match of_past(said) {
            Some(verb) if at == direct && matches!(subject, "i" | "we") => Some(verb),
            _ => None,
        };
        let is_plain = class(said).any(Class::VERB) && matches!(subject, "i" | "we" | "you");
        if let Some(verb) = verb.or(is_plain.then_some(said)) {
            self.at = at;
            self.predicate(verb);
        }
    }

    fn is_negated(&self, at: usize) -> bool {
        word(self.tokens, at).is_some_and(|w| class(w).any(Class::NEGATION))
            || (matches!(word(self.tokens, at), Some("do" | "be"))
                && word(self.tokens, at + 1) == Some("not"))
    }

    fn skip_to_comma(&mut self) {
        while !matches!(self.tokens.get(self.at), None | Some(Token::Comma | Token::Word("but"))) {
            self.at += 1;
        }
    }

    /// Where the command begins behind what stands in front of it.
    fn behind_the_front(&self) -> Option<usize> {
        // What these begin stands behind its command.
        if matches!(word(self.tokens, self.at), Some("until" | "till" | "so" | "that" | "which")) {
            return None;
        }
        (self.at + 2..self.tokens.len()).find_map(|at| {
            if self.tokens[at - 1] == Token::Comma {
                let begin = self.past_adverbs(at);
                return self.verb(begin, Need::Little).is_some().then_some(begin);
            }
            let (before, here) = (word(self.tokens, at - 1)?, word(self.tokens, at)?);
            let never = Class::DETERMINER
                .or(Class::PREPOSITION)
                .or(Class::PRONOUN)
                .or(Class::AUXILIARY)
                .or(Class::CONNECTIVE)
                .or(Class::SIZE);
            let known = class(here);
            let begins = match known.any(Class::AMBIGUOUS) {
                true => is_determined(self.tokens, at + 1),
                false => known.any(Class::VERB) && self.takes_object(at + 1),
            };
            (begins && !class(before).any(never) && before != "to").then_some(at)
        })
    }

    /// Whether an object or a particle stands here, rather than the end of a phrase.
    fn takes_object(&self, at: usize) -> bool {
        is_determined(self.tokens, at)
            || word(self.tokens, at).is_some_and(|next| {
                let object = phrase::phrase(self.tokens, at);
                (!object.words.is_empty() && !is_surely_verb(next))
                    || self.at > 0 && is_phrasal(word(self.tokens, at - 1).unwrap_or(""), next)
            })
    }

    /// The verb at `at`, if a command can begin with it.
    fn verb(&self, at: usize, need: Need) -> Option<&'a str> {
        let here = word(self.tokens, at)?;
        let known = class(here);
        if !known.any(Class::VERB) {
            return self.gerund(at).filter(|_| at > 0);
        }
        let sure = !known.any(Class::AMBIGUOUS) || need == Need::Little;
        let next_is_verb = || {
            let next = self.past_connectives(at + 1);
            next > at + 1
                && word(self.tokens, next).is_some_and(|w| class(w).any(Class::VERB))
                && is_determined(self.tokens, next + 1)
        };
        (sure || is_determined(self.tokens, at + 1) || next_is_verb()).then_some(here)
    }

    /// The verb of the form in `-ing` at `at`, unless that is part of a name.
    fn gerund(&self, at: usize) -> Option<&'static str> {
        let gerund = word(self.tokens, at)?;
        let names = lexicon::is_purpose(gerund)
            && !is_determined(self.tokens, at + 1)
            && phrase::phrase(self.tokens, at + 1).end > at + 1;
        of_gerund(gerund).filter(|_| !names)
    }

    /// Reads verbs that share their objects, and the objects.
    fn predicate(&mut self, first: &str) {
        let mut verbs = vec![first.to_owned()];
        loop {
            self.at = self.past_adverbs(self.at + 1);
            let verb = verbs.last_mut().expect("it begins with one, and only grows");
            self.particle(verb);
            let Some((next, shares)) = self.further_verb() else { break };
            let further = word(self.tokens, next).unwrap_or_default();
            let particle = word(self.tokens, next + 1).unwrap_or_default();
            let is_fresh = class(further).any(Class::FRESH) || is_phrasal(further, particle);
            if !shares || is_fresh {
                verbs.clear();
            }
            verbs.push(self.gerund(next).unwrap_or(further).to_owned());
            self.at = next;
        }
        let objects = self.objects(&mut verbs);
        for verb in &verbs {
            let action =
                |object: &String| Action { verb: lexicon::plain(verb), object: object.clone() };
            self.found.extend(objects.iter().map(action));
        }
    }

    /// Takes a particle that follows its verb.
    fn particle(&mut self, verb: &mut String) {
        let Some(particle) = word(self.tokens, self.at) else { return };
        if !is_phrasal(verb, particle) {
            return;
        }
        let object = phrase::phrase(self.tokens, self.at + 1);
        let is_place = matches!(particle, "in" | "on")
            && !matches!(verb.as_str(), "turn" | "switch")
            && object.is_container();
        if !is_place {
            *verb = format!("{verb} {particle}");
            self.at += 1;
        }
    }

    /// A verb joined to the one just read, and whether it shares the object with it.
    fn further_verb(&self) -> Option<(usize, bool)> {
        let next = self.past_connectives(self.at);
        if next == self.at {
            return None;
        }
        let joined = word(self.tokens, next - 1).is_some_and(|w| matches!(w, "and" | "or"));
        let next = self.past_adverbs(next);
        self.verb(next, Need::Much)?;
        // In `wash, core and slice the apples` it is the last connective that joins.
        Some((next, joined || self.is_joined_later(next)))
    }

    fn is_joined_later(&self, verb: usize) -> bool {
        let next = self.past_connectives(verb + 1);
        next > verb + 1
            && word(self.tokens, next - 1).is_some_and(|w| matches!(w, "and" | "or"))
            && self.verb(next, Need::Much).is_some()
    }

    /// Reads the objects of the verbs, and a particle that stands behind the first.
    fn objects(&mut self, verbs: &mut [String]) -> Vec<String> {
        let mut objects = Vec::new();
        loop {
            let Phrase { words, end } = phrase::phrase(self.tokens, self.at);
            let is_aside = words.len() == 1 && !objects.is_empty() && is_participle(words[0]);
            if end == self.at || (words.is_empty() && !objects.is_empty()) {
                break;
            }
            if !words.is_empty() && !is_aside {
                objects.push(words.join(" "));
            }
            self.at = end;
            if objects.len() <= 1 {
                self.parted_particle(verbs);
            }
            let next = self.past_adverbs(self.past_connectives(self.at));
            if next == self.at || self.verb(next, Need::Much).is_some() {
                break;
            }
            let further = phrase::phrase(self.tokens, next);
            if further.words.is_empty() {
                break;
            }
            self.at = next;
        }
        objects
    }

    /// `turn the heat down`: a particle behind the object.
    fn parted_particle(&mut self, verbs: &mut [String]) {
        let (Some(particle), Some(verb)) = (word(self.tokens, self.at), verbs.last_mut()) else {
            return;
        };
        let ends = match self.tokens.get(self.at + 1) {
            None | Some(Token::Comma) => true,
            Some(Token::Word(next)) => class(next).any(Class::CONNECTIVE),
            Some(Token::Number) => false,
        };
        let is_place = matches!(particle, "in" | "on" | "over" | "off" | "down" | "up");
        let belongs = ends || !is_place || (matches!(particle, "down" | "up") && self.is_free());
        if is_phrasal(verb, particle) && belongs {
            *verb = format!("{verb} {particle}");
            self.at += 1;
        }
    }

    /// Whether the word behind this one begins no noun phrase.
    fn is_free(&self) -> bool {
        phrase::phrase(self.tokens, self.at + 1).words.is_empty()
    }

    /// Goes to where the next command may begin.
    fn advance(&mut self) -> bool {
        while self.at < self.tokens.len() {
            let next = self.past_connectives(self.at);
            let is_meanwhile = matches!(word(self.tokens, self.at), Some("while" | "by"))
                && self.gerund(self.at + 1).is_some();
            if next > self.at || is_meanwhile {
                let begin = self.past_adverbs(next.max(self.at + usize::from(is_meanwhile)));
                self.at = begin.max(self.at + 1);
                if begin < self.tokens.len() {
                    return true;
                }
            } else {
                self.at += 1;
            }
        }
        false
    }

    fn past_connectives(&self, mut at: usize) -> usize {
        while let Some(token) = self.tokens.get(at) {
            match token {
                Token::Comma => at += 1,
                Token::Word(word) if class(word).any(Class::CONNECTIVE) => at += 1,
                _ => break,
            }
        }
        at
    }

    fn past_adverbs(&self, mut at: usize) -> usize {
        while word(self.tokens, at).is_some_and(|w| class(w).any(Class::ADVERB) || w == "then") {
            at += 1;
            // A comma behind an adverb in front: `meanwhile, cut`.
            if self.tokens.get(at) == Some(&Token::Comma)
                && self.verb(at + 1, Need::Little).is_some()
            {
                at += 1;
            }
        }
        at
    }
}

fn is_surely_verb(word: &str) -> bool {
    class(word).any(Class::VERB) && !class(word).any(Class::AMBIGUOUS)
}
