//! Flag sets: an `xs:list` of names that are bits of one number.

/// The bits of a set and the names that this version of the crate does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FlagSet {
    bits: u64,
    unknown: Option<Box<[Box<str>]>>,
}

impl FlagSet {
    /// A set without unknown names.
    pub const fn from_bits(bits: u64) -> Self {
        Self { bits, unknown: None }
    }

    /// The number.
    pub const fn bits(&self) -> u64 {
        self.bits
    }
}

/// A flag set of a contract; emitted code states it, [`flags!`](crate::flags) gives it its methods
/// and operators and makes it a [`Value`](crate::Value).
pub trait Flags: Clone + Default + PartialEq + Send + Sync + 'static {
    /// Wire name of the type.
    const NAME: &'static str;
    /// Number of the namespace the type is in.
    const NAMESPACE: u8;
    /// Names and numbers in the contract's order.
    const MEMBERS: &'static [(&'static str, u64)];

    /// Wraps a set.
    fn from_set(set: FlagSet) -> Self;

    /// The set inside.
    fn set(&self) -> &FlagSet;

    /// The set inside.
    fn set_mut(&mut self) -> &mut FlagSet;
}

/// Gives a [`Flags`] type its inherent methods and operators, `Debug`, `Display` and `FromStr`, and
/// makes it a [`Value`](crate::Value) and an [`Item`](crate::Item).
#[macro_export]
macro_rules! flags {
    ($type:ident) => {
        impl $crate::Value for $type {
            fn read(
                &mut self,
                r: &mut $crate::Reader<'_>,
                _: $crate::Kind,
            ) -> ::core::result::Result<(), $crate::DecodeError> {
                r.flags($crate::Flags::set_mut(self), <Self as $crate::Flags>::MEMBERS)
            }

            fn write(&self, w: &mut $crate::Writer, element: &$crate::Element) {
                w.flags(element, $crate::Flags::set(self), <Self as $crate::Flags>::MEMBERS);
            }
        }

        impl $crate::Item for $type {
            fn blank() -> Self {
                ::core::default::Default::default()
            }
        }
    };
}
