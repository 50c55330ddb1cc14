//! Static facts that emitted code states about elements: names, namespaces, shapes.

/// What one version's module states once: its name and its namespaces.
#[derive(Debug)]
pub struct Contract {
    /// `Services88`.
    pub name: &'static str,
    /// Namespaces by number; 0 is the version's own and the default namespace of what is written.
    pub namespaces: &'static [&'static str],
}

impl Contract {
    /// States a contract.
    pub const fn new(name: &'static str, namespaces: &'static [&'static str]) -> Self {
        Self { name, namespaces }
    }

    /// The namespace with this number, `""` if there is none.
    pub fn namespace(&self, number: u8) -> &'static str {
        self.namespaces
            .get(usize::from(number))
            .copied()
            .unwrap_or("")
    }
}

/// A named element and how its content is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    /// Local name.
    pub name: &'static str,
    /// Index into [`Contract::namespaces`].
    pub namespace: u8,
    /// Layout of the content.
    pub kind: Kind,
}

impl Element {
    /// An element whose Rust type says all about its content.
    pub const fn plain(name: &'static str, namespace: u8) -> Self {
        Self {
            name,
            namespace,
            kind: Kind::Plain,
        }
    }

    /// An element with the given content layout.
    pub const fn new(name: &'static str, namespace: u8, kind: Kind) -> Self {
        Self {
            name,
            namespace,
            kind,
        }
    }

    /// An element that holds items like `item`.
    pub const fn array(name: &'static str, namespace: u8, item: &'static Element) -> Self {
        Self {
            name,
            namespace,
            kind: Kind::Array(item),
        }
    }

    /// An element that holds entries like `entry`.
    pub const fn dictionary(name: &'static str, namespace: u8, entry: &'static Entry) -> Self {
        Self {
            name,
            namespace,
            kind: Kind::Dictionary(entry),
        }
    }
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
    /// Namespace of the entry element.
    pub namespace: u8,
    /// The key element.
    pub key: Element,
    /// The value element.
    pub value: Element,
}
