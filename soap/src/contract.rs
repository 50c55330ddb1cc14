//! Static facts that emitted code states about elements: names, namespaces, shapes.

/// What one version's module states once: its name and its namespaces.
#[derive(Debug)]
pub struct Contract {
    /// `Services88`.
    pub name: &'static str,
    /// Namespaces by number; 0 is the version's own and the default namespace of what is written.
    pub namespaces: &'static [&'static str],
}

/// A named element and how its content is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    pub name: &'static str,
    /// Index into [`Contract::namespaces`].
    pub namespace: u8,
    pub kind: Kind,
}

/// How the content of an element is laid out where the Rust type alone does not say it.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// The type says it all.
    Plain,
    /// A sequence of such items.
    Array(&'static Element),
    /// A sequence of such entries.
    Dictionary(&'static Entry),
}

/// The names inside a dictionary.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name of the entry element (`StringKeyValuePair`).
    pub name: &'static str,
    /// Namespace of the entry, its key and its value.
    pub namespace: u8,
    pub key: Element,
    pub value: Element,
}
