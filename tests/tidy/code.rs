//! Source files as tokens, so that comments and texts are not taken for code.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use tabwright_tests::root;

/// A Rust file without its tests.
pub struct Source {
    /// Path from the root, with `/`.
    pub path: String,
    /// Lines without those of test modules.
    pub n_lines: usize,
    /// Names of modules in files of their own that are for tests only.
    test_modules: Vec<String>,
    /// Identifiers, punctuation and brackets in order; texts as `""`.
    pub tokens: Vec<Token>,
}

/// A token and its line.
pub struct Token {
    /// As written.
    pub text: String,
    /// One-based.
    pub line: usize,
}

impl Source {
    /// Where the modules may lie that this file declares for tests only.
    fn test_files(&self) -> Vec<String> {
        let folder = self.path.rsplit_once('/').map_or("", |parts| parts.0);
        self.test_modules
            .iter()
            .map(|name| format!("{folder}/{name}.rs"))
            .collect()
    }

    /// Lines where these tokens follow each other.
    pub fn find(&self, pattern: &[&str]) -> Vec<usize> {
        let windows = self.tokens.windows(pattern.len());
        let same = windows.filter(|window| {
            window
                .iter()
                .zip(pattern)
                .all(|(token, text)| token.text == *text)
        });
        same.map(|window| window[0].line).collect()
    }

    /// Lines where one of these methods is called on what is reached from a variable, by fields and by calls without arguments:
    /// `session.models().selected.set(…)`.
    pub fn calls_on(&self, variable: &str, methods: &[&str]) -> Vec<usize> {
        let text = |at: usize| self.tokens.get(at).map_or("", |token| token.text.as_str());
        let is_name = |text: &str| text.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let mut lines = Vec::new();
        for start in 0..self.tokens.len() {
            if text(start) != variable || start > 0 && text(start - 1) == "." {
                continue;
            }
            let mut at = start + 1;
            while text(at) == "." && is_name(text(at + 1)) || text(at) == "(" && text(at + 1) == ")"
            {
                if methods.contains(&text(at + 1)) && text(at + 2) == "(" {
                    lines.push(self.tokens[at + 1].line);
                }
                at += 2;
            }
        }
        lines
    }

    /// The first part of each path that starts with these tokens: `fs` in `std::fs::read` and `fs`, `io` in
    /// `std::{fs, io::Read}`, each with its line.
    pub fn after(&self, start: &[&str]) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        for position in 0..self.tokens.len().saturating_sub(start.len()) {
            let rest = &self.tokens[position..];
            if rest
                .iter()
                .zip(start)
                .all(|(token, text)| token.text == *text)
            {
                collect_names(&rest[start.len()..], &mut found);
            }
        }
        found
    }
}

/// A name, or the first names in a list between braces.
fn collect_names(tokens: &[Token], found: &mut Vec<(String, usize)>) {
    let Some(first) = tokens.first() else { return };
    if first.text != "{" {
        found.push((first.text.clone(), first.line));
        return;
    }
    let mut depth = 0;
    let mut at_start = true;
    for token in tokens {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," => at_start = depth == 1,
            _ if at_start && depth == 1 => {
                found.push((token.text.clone(), token.line));
                at_start = false;
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// All Rust files below these folders, but for those that hold nothing but tests.
pub fn sources(folders: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths.retain(|path| {
        path.rsplit('.').next() == Some("rs")
            && !path.contains("/tests/")
            && !path.ends_with("/tests.rs")
    });
    let all: Vec<Source> = paths.into_iter().map(parse).collect();
    let for_tests: BTreeSet<String> = all.iter().flat_map(Source::test_files).collect();
    all.into_iter()
        .filter(|source| !for_tests.contains(&source.path))
        .collect()
}

/// Paths of all files below a folder, from the root, with `/`.
pub fn walk(folder: &Path, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir()
            && name != "target"
            && name != "node_modules"
            && !name.to_string_lossy().starts_with('.')
        {
            walk(&path, paths);
        } else if path.is_file() {
            let relative = path.strip_prefix(root()).unwrap_or(&path);
            paths.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}

fn parse(path: String) -> Source {
    let text =
        fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let stream: TokenStream = text
        .parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut out = Source {
        path,
        n_lines: text.lines().count(),
        test_modules: Vec::new(),
        tokens: Vec::new(),
    };
    flatten(stream, &mut out);
    out
}

fn flatten(stream: TokenStream, out: &mut Source) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut position = 0;
    while position < trees.len() {
        if let Some((n_trees, n_lines)) = test_item(&trees[position..]) {
            if let [.., TokenTree::Ident(name), TokenTree::Punct(_)] =
                &trees[position..position + n_trees]
            {
                out.test_modules.push(name.to_string());
            }
            out.n_lines = out.n_lines.saturating_sub(n_lines);
            position += n_trees;
            continue;
        }
        push(&trees[position], out);
        position += 1;
    }
}

fn push(tree: &TokenTree, out: &mut Source) {
    let mut add = |text: String, line| out.tokens.push(Token { text, line });
    match tree {
        TokenTree::Ident(ident) => add(ident.to_string(), ident.span().start().line),
        TokenTree::Punct(punct) => add(punct.as_char().to_string(), punct.span().start().line),
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            add(
                if text.contains('"') {
                    "\"\"".to_owned()
                } else {
                    text
                },
                literal.span().start().line,
            );
        }
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            add(open.to_owned(), group.span_open().start().line);
            flatten(group.stream(), out);
            out.tokens.push(Token {
                text: close.to_owned(),
                line: group.span_close().start().line,
            });
        }
    }
}

/// Trees and lines of the item that these trees start with, if it is `#[cfg(test)]`.
fn test_item(trees: &[TokenTree]) -> Option<(usize, usize)> {
    let [
        TokenTree::Punct(hash),
        TokenTree::Group(attribute),
        rest @ ..,
    ] = trees
    else {
        return None;
    };
    if hash.as_char() != '#' || attribute.stream().to_string().replace(' ', "") != "cfg(test)" {
        return None;
    }
    let is_end = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    let end = rest.iter().position(is_end)?;
    let n_lines = rest[end].span().end().line + 1 - hash.span().start().line;
    Some((end + 3, n_lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        let mut out = Source {
            path: String::new(),
            n_lines: text.lines().count(),
            test_modules: Vec::new(),
            tokens: vec![],
        };
        flatten(text.parse().expect("tokens"), &mut out);
        out
    }

    #[test]
    fn comments_texts_and_tests_are_no_code() {
        let found = source(
            "// x.exp()\nfn a() { \"x.exp()\"; }\n#[cfg(test)]\nmod tests {\n fn b() { x.exp() }\n}\nfn c() {\n y.exp() }",
        );
        assert_eq!(found.find(&[".", "exp", "("]), [8]);
        assert_eq!(found.n_lines, 4);
    }

    #[test]
    fn a_call_is_seen_however_far_from_its_variable() {
        let found = source(
            "fn a() {\n session.problem.set(x);\n session.models().search\n.update(f);\n session.file.with(|file| form.set(file));\n \
             form.session.set(x);\n session.set\n}",
        );
        assert_eq!(found.calls_on("session", &["set", "update"]), [2, 4]);
    }

    #[test]
    fn paths_are_seen_alone_and_in_lists() {
        let found =
            source("use std::{fs, io::{self, Read}, net::X};\nfn a() { std::thread::spawn(b) }");
        let names: Vec<String> = found
            .after(&["std", ":", ":"])
            .into_iter()
            .map(|it| it.0)
            .collect();
        assert_eq!(names, ["fs", "io", "net", "thread"]);
    }
}
