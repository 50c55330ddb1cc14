//! What the macros of the contract types do for `serde`: something if the feature is on, else nothing.
//!
//! The macros are expanded in other crates, whose features say nothing about ours; so there are two of
//! each and not a `cfg` inside.

/// `serde` for a type, by two functions of the module `serde`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_by {
    ($type:ident, $serialize:ident, $deserialize:ident) => {
        impl $crate::__serde::Serialize for $type {
            fn serialize<S: $crate::__serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::$serialize(self, serializer)
            }
        }

        impl<'de> $crate::__serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::__serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::serde::$deserialize(deserializer)
            }
        }
    };
}

/// `serde` for a [`Value`](crate::Value) that is not made of others, in the `Form` that is named.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_leaf {
    () => {
        $crate::serde_leaf!(Other);
    };
    ($form:ident) => {
        fn form(&self) -> $crate::Form<'_> {
            $crate::Form::$form(self)
        }

        fn deserialize(
            &mut self,
            from: &mut dyn $crate::__erased_serde::Deserializer<'_>,
        ) -> ::core::result::Result<(), $crate::__erased_serde::Error> {
            *self = $crate::__erased_serde::deserialize(from)?;
            ::core::result::Result::Ok(())
        }
    };
}

/// `serde` for a [`Value`](crate::Value) in a `Box`, as without one.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_boxed {
    () => {
        fn form(&self) -> $crate::Form<'_> {
            (**self).form()
        }

        fn deserialize(
            &mut self,
            from: &mut dyn $crate::__erased_serde::Deserializer<'_>,
        ) -> ::core::result::Result<(), $crate::__erased_serde::Error> {
            (**self).deserialize(from)
        }
    };
}

/// Nothing.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_boxed {
    () => {};
}

/// Nothing.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_by {
    ($type:ident, $serialize:ident, $deserialize:ident) => {};
}

/// Nothing.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_leaf {
    ($($form:ident)?) => {};
}
