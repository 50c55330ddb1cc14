//! `cargo xtask diff`: what changed between two contracts, for a terminal, a changelog, a machine.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use superoffice_codegen::diff::{Change, Diff, Kind, Node, Summary, Tally, Weight, What};

use crate::report::Failure;
use crate::side;

/// Shows what changed between two contracts, and what of it breaks callers.
///
/// A side is a version in `schemas/` (`services87`), a folder of WSDLs or a docs checkout
/// (`PATH`, or `PATH:services88` where it holds several versions), or a git revision of `schemas/`
/// (`HEAD~3:services88`, or `HEAD~3` alone for the version of the other side).
#[derive(clap::Args)]
pub(crate) struct Args {
    old: String,
    new: String,
    /// Only what concerns this agent: its operations and the types that they carry.
    #[arg(long)]
    agent: Option<String>,
    /// Everything, with the reasons.
    #[arg(long)]
    full: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    Text,
    /// For a changelog.
    Markdown,
    Json,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (old, new) = side::load_pair(&self.old, &self.new)?;
        let mut diff = side::compare(&old, &new);
        if diff.from == diff.to {
            // One version of two days, or of two places.
            diff.from = format!("{} of {}", diff.from, self.old);
            diff.to = format!("{} of {}", diff.to, self.new);
        }
        if let Some(agent) = &self.agent {
            let known = [&old.api, &new.api];
            let exact = known
                .iter()
                .flat_map(|api| &api.agents)
                .find(|known| known.name.eq_ignore_ascii_case(agent));
            let Some(exact) = exact else {
                return Err(Failure::Usage(format!(
                    "neither side has an agent `{agent}`"
                )));
            };
            diff = diff.of_agent(&exact.name);
        }
        let text = match self.format {
            Format::Json => json(&diff),
            Format::Markdown => markdown(&diff, 2),
            Format::Text => {
                let depth = match (&self.agent, self.full) {
                    (_, true) => Depth::Full,
                    (Some(_), false) => Depth::Tree,
                    (None, false) => Depth::Summary,
                };
                text(&diff, depth, io::stdout().is_terminal())
            }
        };
        print(&text)
    }
}

/// To stdout; a reader that went away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::io(std::path::Path::new("stdout"))(error))
        }
        _ => Ok(()),
    }
}

/// How much of a diff is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Numbers, what breaks callers, and a line an agent.
    Summary,
    /// Every change, with reasons for what breaks callers.
    Tree,
    /// Every change with its reasons.
    Full,
}

/// The tree as JSON, one line at the end.
pub(crate) fn json(diff: &Diff) -> String {
    // Strings and numbers only: nothing in it can fail to serialise.
    let mut text = serde_json::to_string_pretty(diff).unwrap_or_default();
    text.push('\n');
    text
}

/// For a terminal.
pub(crate) fn text(diff: &Diff, depth: Depth, color: bool) -> String {
    let paint = Paint(color);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} → {}: {}",
        diff.from,
        diff.to,
        verdict(&diff.summary)
    );
    if diff.is_empty() {
        return out;
    }
    out.push('\n');
    out += &table(&diff.summary);
    if depth == Depth::Summary {
        out += &listed(diff, Weight::Breaking, "breaks callers", paint);
        out += &listed(diff, Weight::Deprecation, "is deprecated", paint);
        out += &agents(diff, paint);
        out += "\n`--agent NAME` shows the changes of one agent, `--full` all of them.\n";
        return out;
    }
    for (title, nodes) in [
        ("agents", &diff.agents),
        ("types", &diff.types),
        ("headers", &diff.headers),
    ] {
        if !nodes.is_empty() {
            let _ = writeln!(out, "\n{title}");
            for node in nodes {
                tree(&mut out, &[node], depth, paint);
            }
        }
    }
    out
}

/// `2 changes break callers, 1 deprecation, 15 additions, no neutral change`
pub(crate) fn verdict(summary: &Summary) -> String {
    if *summary == Summary::default() {
        return "no difference".to_owned();
    }
    let breaking = match summary.breaking {
        0 => "nothing breaks callers".to_owned(),
        1 => "1 change breaks callers".to_owned(),
        several => format!("{several} changes break callers"),
    };
    let deprecations = match summary.deprecations {
        0 => String::new(),
        number => format!("{}, ", count(number, "deprecation")),
    };
    format!(
        "{breaking}, {deprecations}{}, {}",
        count(summary.additions, "addition"),
        count(summary.neutral, "neutral change")
    )
}

fn count(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        several => format!("{several} {what}s"),
    }
}

fn table(summary: &Summary) -> String {
    let mut out = format!(
        "{:<24} {:>7} {:>7} {:>7}\n",
        "", "added", "removed", "changed"
    );
    for (name, tally) in rows(summary) {
        let Tally {
            added,
            removed,
            changed,
        } = tally;
        let _ = writeln!(out, "{name:<24} {added:>7} {removed:>7} {changed:>7}");
    }
    out
}

fn rows(summary: &Summary) -> [(&'static str, Tally); 6] {
    [
        ("agents", summary.agents),
        ("operations", summary.operations),
        ("complex types", summary.complex_types),
        ("enums and flag sets", summary.enums),
        ("fields of kept types", summary.fields),
        ("members of kept enums", summary.members),
    ]
}

fn listed(diff: &Diff, weight: Weight, title: &str, paint: Paint) -> String {
    let mut out = String::new();
    for (path, change) in diff.changes() {
        if change.weight != weight {
            continue;
        }
        if out.is_empty() {
            out = format!("\n{title}\n");
        }
        let Some(node) = path.last() else { continue };
        let name = paint.weight(weight, &qualified(&path));
        let place = place(node, Depth::Full);
        let _ = writeln!(out, "  {} {name} {}{place}", node.kind, change.what);
        reasons(&mut out, &path, change, 2);
    }
    out
}

fn agents(diff: &Diff, paint: Paint) -> String {
    let mut out = String::new();
    for agent in &diff.agents {
        if out.is_empty() {
            out += "\nagents\n";
        }
        let mut tally = Tally::default();
        for operation in &agent.children {
            if operation.is_added() {
                tally.added += 1;
            } else if operation.is_removed() {
                tally.removed += 1;
            } else {
                tally.changed += 1;
            }
        }
        let name = paint.weight(agent.weight, &agent.name);
        let note = match signs(tally).as_str() {
            "" => "the service's name alone".to_owned(),
            operations => format!("operations {operations}"),
        };
        let _ = writeln!(out, "  {} {name}: {note}", sign(agent));
    }
    out
}

/// `+2 −1`
fn signs(tally: Tally) -> String {
    let parts: Vec<String> = [
        ('+', tally.added),
        ('−', tally.removed),
        ('~', tally.changed),
    ]
    .into_iter()
    .filter(|(_, number)| *number > 0)
    .map(|(sign, number)| format!("{sign}{number}"))
    .collect();
    parts.join(" ")
}

fn tree(out: &mut String, path: &[&Node], depth: Depth, paint: Paint) {
    let Some(node) = path.last() else { return };
    let indent = "  ".repeat(path.len());
    let inner = |child| path.iter().copied().chain([child]).collect::<Vec<_>>();
    let name = paint.weight(node.weight, &node.name);
    match node.changes.as_slice() {
        [only] => {
            let place = place(node, depth);
            let _ = writeln!(
                out,
                "{indent}{} {} {name}: {}{place}",
                sign(node),
                node.kind,
                only.what
            );
            if wants_reasons(only, depth) {
                reasons(out, path, only, path.len() + 1);
            }
        }
        changes => {
            let place = place(node, depth);
            let _ = writeln!(out, "{indent}{} {} {name}{place}", sign(node), node.kind);
            for change in changes {
                let _ = writeln!(out, "{indent}  {}", change.what);
                if wants_reasons(change, depth) {
                    reasons(out, path, change, path.len() + 2);
                }
            }
        }
    }
    let (shifted, others): (Vec<&Node>, Vec<&Node>) = node
        .children
        .iter()
        .partition(|child| depth != Depth::Full && is_shift(child));
    for child in others {
        tree(out, &inner(child), depth, paint);
    }
    if let [first, .., last] = shifted.as_slice() {
        let _ = writeln!(
            out,
            "{indent}  = {} members from {} to {}: another number, which does not travel",
            shifted.len(),
            first.name,
            last.name
        );
    } else if let [only] = shifted.as_slice() {
        tree(out, &inner(only), depth, paint);
    }
}

/// A member whose number follows its position, and the position changed.
fn is_shift(node: &Node) -> bool {
    node.kind == Kind::Member
        && matches!(
            node.changes.as_slice(),
            [Change {
                what: What::Value { .. },
                weight: Weight::Neutral,
                ..
            }]
        )
}

/// To callers, who have to do something about it.
fn matters(weight: Weight) -> bool {
    weight >= Weight::Deprecation
}

fn wants_reasons(change: &Change, depth: Depth) -> bool {
    depth == Depth::Full || matters(change.weight)
}

fn reasons(out: &mut String, path: &[&Node], change: &Change, level: usize) {
    let indent = "  ".repeat(level);
    if !change.rust.is_empty() {
        let name = in_rust(path)
            .map(|name| format!("`{name}`, "))
            .unwrap_or_default();
        let _ = writeln!(out, "{indent}rust: {name}{}", change.rust);
    }
    if !change.wire.is_empty() {
        let _ = writeln!(out, "{indent}wire: {}", change.wire);
    }
}

/// Where it stands; of what was merely added only if everything is told.
fn place(node: &Node, depth: Depth) -> String {
    let is_wanted =
        depth == Depth::Full || node.changes.iter().any(|change| matters(change.weight));
    if is_wanted && !node.place.is_empty() {
        format!("  [{}]", node.place)
    } else {
        String::new()
    }
}

/// `dashboard().get_data`, `Person::name`: how a caller writes it.
fn in_rust(path: &[&Node]) -> Option<String> {
    match path {
        [agent] if agent.kind == Kind::Agent => Some(format!("{}()", agent.rust.as_ref()?)),
        [agent, operation, ..] if agent.kind == Kind::Agent => Some(format!(
            "{}().{}",
            agent.rust.as_ref()?,
            operation.rust.as_ref()?
        )),
        [ty] => ty.rust.clone(),
        [ty, member] => Some(format!("{}::{}", ty.rust.as_ref()?, member.rust.as_ref()?)),
        _ => None,
    }
}

fn sign(node: &Node) -> char {
    match node.weight {
        Weight::Breaking if node.children.iter().all(|child| child.weight < node.weight) => '!',
        _ if node.is_added() => '+',
        _ if node.is_removed() => '−',
        Weight::Neutral => '=',
        Weight::Addition | Weight::Deprecation | Weight::Breaking => '~',
    }
}

/// `Dashboard.GetData.Restrictions`
pub(crate) fn qualified(path: &[&Node]) -> String {
    let names: Vec<&str> = path.iter().map(|node| node.name.as_str()).collect();
    names.join(".")
}

/// For a changelog; `level` is that of its headings.
pub(crate) fn markdown(diff: &Diff, level: usize) -> String {
    let heading = "#".repeat(level);
    format!(
        "{heading} {} to {}\n\n{}",
        diff.from,
        diff.to,
        sections(diff, level + 1)
    )
}

/// The numbers, and a section a weight.
pub(crate) fn sections(diff: &Diff, level: usize) -> String {
    if diff.is_empty() {
        return "No difference.\n".to_owned();
    }
    let numbers: Vec<String> = rows(&diff.summary)
        .into_iter()
        .filter(|(_, tally)| *tally != Tally::default())
        .map(|(name, tally)| format!("{name} {}", signs(tally)))
        .collect();
    // What expires was lost to the contract before.
    let mut out = match numbers.is_empty() {
        true => "The contract is as it was.\n".to_owned(),
        false => format!("{}\n", sentence(&numbers.join(", "))),
    };
    section(&mut out, diff, level, "Breaks callers", Weight::Breaking);
    section(&mut out, diff, level, "Deprecated", Weight::Deprecation);
    additions(&mut out, diff, level);
    section(&mut out, diff, level, "Other changes", Weight::Neutral);
    out
}

fn section(out: &mut String, diff: &Diff, level: usize, title: &str, weight: Weight) {
    let mut lines = String::new();
    // Members behind an insertion all shift alike: one line for an enum.
    let mut shifted: Vec<(&str, usize)> = Vec::new();
    // What went with its agent needs no line of its own.
    for (path, change) in diff.changes() {
        let [outer @ .., node] = path.as_slice() else {
            continue;
        };
        if change.weight != weight || outer.iter().any(|outer| outer.is_removed()) {
            continue;
        }
        if let ([owner], true) = (outer, is_shift(node)) {
            match shifted.iter_mut().find(|(name, _)| *name == owner.name) {
                Some((_, number)) => *number += 1,
                None => shifted.push((&owner.name, 1)),
            }
            continue;
        }
        let _ = write!(
            lines,
            "- {} `{}`: {}",
            node.kind,
            qualified(&path),
            change.what
        );
        if node.kind == Kind::Agent && node.is_removed() {
            let operations: Vec<String> = node
                .children
                .iter()
                .map(|child| format!("`{}`", child.name))
                .collect();
            let _ = write!(lines, " with {}", operations.join(", "));
        }
        if matters(weight) {
            let _ = write!(lines, ". {}", sentence(&change.rust));
            if !change.wire.is_empty() {
                let _ = write!(lines, " On the wire: {}.", change.wire);
            }
        }
        lines.push('\n');
    }
    for (owner, number) in shifted {
        let members = count(number, "member");
        let _ = writeln!(
            lines,
            "- enum `{owner}`: {members} got another number by position"
        );
    }
    if !lines.is_empty() {
        let _ = write!(out, "\n{} {title}\n\n{lines}", "#".repeat(level));
    }
}

/// New things by what holds them: a line each would be hundreds.
fn additions(out: &mut String, diff: &Diff, level: usize) {
    let mut lines = String::new();
    for agent in diff.agents.iter().filter(|node| node.is_added()) {
        let _ = writeln!(
            lines,
            "- agent `{}` with {}",
            agent.name,
            names(agent.children.iter())
        );
    }
    for agent in diff.agents.iter().filter(|node| !node.is_added()) {
        let mut added = agent
            .children
            .iter()
            .filter(|node| node.is_added())
            .peekable();
        if added.peek().is_some() {
            let _ = writeln!(lines, "- `{}`: {}", agent.name, names(added));
        }
    }
    for (title, kinds) in [
        ("types", [Kind::Struct].as_slice()),
        ("enums", &[Kind::Enum, Kind::Flags]),
    ] {
        let mut added = diff
            .types
            .iter()
            .filter(|node| node.is_added() && kinds.contains(&node.kind))
            .peekable();
        if added.peek().is_some() {
            let _ = writeln!(lines, "- new {title}: {}", names(added));
        }
    }
    for ty in diff.types.iter().filter(|node| !node.is_added()) {
        let mut added = ty.children.iter().filter(|node| node.is_added()).peekable();
        let what = if ty.kind == Kind::Struct {
            "fields"
        } else {
            "members"
        };
        if added.peek().is_some() {
            let _ = writeln!(lines, "- `{}`: {what} {}", ty.name, names(added));
        }
    }
    let rest = diff.changes().into_iter().filter(|(path, change)| {
        let is_named = matches!(change.what, What::Added { .. })
            && path.last().is_some_and(|node| {
                !matches!(node.kind, Kind::Parameter | Kind::Result | Kind::Header)
            });
        change.weight == Weight::Addition && !is_named
    });
    for (path, change) in rest {
        let kind = path.last().map_or(Kind::Agent, |node| node.kind);
        let _ = writeln!(lines, "- {kind} `{}`: {}", qualified(&path), change.what);
    }
    if !lines.is_empty() {
        let _ = write!(out, "\n{} Added\n\n{lines}", "#".repeat(level));
    }
}

fn names<'a>(nodes: impl Iterator<Item = &'a Node>) -> String {
    let names: Vec<String> = nodes.map(|node| format!("`{}`", node.name)).collect();
    names.join(", ")
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), characters.as_str()),
        None => String::new(),
    }
}

/// Colours where someone looks.
#[derive(Clone, Copy)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    fn weight(self, weight: Weight, text: &str) -> String {
        match weight {
            Weight::Breaking => self.breaking(text),
            Weight::Deprecation => self.wrap("33", text),
            Weight::Addition => self.wrap("32", text),
            Weight::Neutral => text.to_owned(),
        }
    }

    fn breaking(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}
