//! docfx's items by the names that contracts use.

use std::collections::{BTreeMap, HashMap};

use crate::read::managed_reference::{Item, last_segment};

/// Types of the vendor's .NET library, with their members.
pub(super) struct Library<'a> {
    /// By the last segment of their names.
    types: HashMap<&'a str, Vec<Documented<'a>>>,
}

pub(super) struct Documented<'a> {
    item: &'a Item,
    /// Properties and fields.
    members: BTreeMap<&'a str, &'a Item>,
    /// Methods, all overloads of a name together.
    methods: BTreeMap<&'a str, Vec<&'a Item>>,
}

impl<'a> Library<'a> {
    pub(super) fn new(items: &'a [Item]) -> Self {
        let mut by_uid: BTreeMap<&str, Documented<'a>> = BTreeMap::new();
        for item in items.iter().filter(|item| is_type(item)) {
            by_uid.entry(&item.uid).or_insert_with(|| Documented {
                item,
                members: BTreeMap::new(),
                methods: BTreeMap::new(),
            });
        }
        for item in items {
            let Some(parent) = by_uid.get_mut(item.parent.as_str()) else {
                continue;
            };
            match item.kind.as_str() {
                "Property" | "Field" => {
                    parent.members.entry(item.name()).or_insert(item);
                }
                "Method" => parent.methods.entry(item.name()).or_default().push(item),
                _ => {}
            }
        }
        let mut types: HashMap<&str, Vec<Documented<'a>>> = HashMap::new();
        for (uid, documented) in by_uid {
            types.entry(last_segment(uid)).or_default().push(documented);
        }
        Self { types }
    }

    /// The types that may be the contract's of this name, the likeliest first.
    ///
    /// Names alone do not tell: the library has classes, helpers and constants of one name. What
    /// shares less than half of the members, counted on the side that has fewer, is another thing.
    pub(super) fn candidates(
        &self,
        name: &str,
        is_enum: bool,
        members: &[&str],
    ) -> Vec<&Documented<'a>> {
        // Of several classes one is the carrier that the services speak in.
        let is_carrier =
            |documented: &Documented<'_>| documented.item.parent.ends_with(".Services");
        let shared = |documented: &Documented<'_>| {
            members
                .iter()
                .filter(|member| documented.members.contains_key(**member))
                .count()
        };
        let is_same = |shared: usize, documented: &Documented<'_>| {
            let fewer = members.len().min(documented.members.len());
            shared * 2 >= fewer && (shared > 0 || members.is_empty() || is_carrier(documented))
        };
        let mut candidates: Vec<_> = self
            .types
            .get(name)
            .into_iter()
            .flatten()
            .filter(|documented| (documented.item.kind == "Enum") == is_enum)
            .map(|documented| (shared(documented), documented))
            .filter(|(shared, documented)| is_same(*shared, documented))
            .collect();
        candidates.sort_by_key(|(shared, documented)| {
            (
                std::cmp::Reverse(*shared),
                !is_carrier(documented),
                &documented.item.uid,
            )
        });
        candidates
            .into_iter()
            .map(|(_, documented)| documented)
            .collect()
    }

    /// What describes an agent: its interface, then the class that implements it.
    fn agent(&self, agent: &str) -> impl Iterator<Item = &Documented<'a>> {
        [format!("I{agent}Agent"), format!("{agent}Agent")]
            .into_iter()
            .flat_map(|name| {
                self.types
                    .get(name.as_str())
                    .map(Vec::as_slice)
                    .unwrap_or_default()
            })
    }

    pub(super) fn agent_text(&self, agent: &str) -> Option<String> {
        self.agent(agent).find_map(Documented::text)
    }

    /// The methods that may be an operation, those with as many parameters first.
    pub(super) fn methods(&self, agent: &str, operation: &str, count: usize) -> Vec<&'a Item> {
        let mut methods: Vec<&Item> = self
            .agent(agent)
            .filter_map(|documented| documented.methods.get(operation))
            .flatten()
            .copied()
            .collect();
        methods.sort_by_key(|method| signature_length(&method.uid).abs_diff(count));
        methods
    }
}

impl Documented<'_> {
    pub(super) fn text(&self) -> Option<String> {
        text(self.item)
    }

    pub(super) fn member(&self, name: &str) -> Option<String> {
        self.members.get(name).and_then(|item| text(item))
    }
}

/// Summary and remarks together.
pub(super) fn text(item: &Item) -> Option<String> {
    match (&item.summary, &item.remarks) {
        (Some(summary), Some(remarks)) => Some(format!("{summary}\n\n{remarks}")),
        (text, None) | (None, text) => text.clone(),
    }
}

fn is_type(item: &Item) -> bool {
    matches!(
        item.kind.as_str(),
        "Class" | "Struct" | "Interface" | "Enum"
    )
}

/// How many parameters a uid names: `Get(System.Int32,System.String[])` has two.
fn signature_length(uid: &str) -> usize {
    let Some((_, signature)) = uid.split_once('(') else {
        return 0;
    };
    let mut depth = 0_usize;
    let mut count = 1;
    for c in signature.trim_end_matches(')').chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}
