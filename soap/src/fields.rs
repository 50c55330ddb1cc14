//! The fields of a struct as tuples: one statement for a dozen of them is checked by the compiler in
//! two thirds of the time of a statement each.

use crate::value::{read_field, write_field};
use crate::{FieldReader, FieldWriter, Kind, Value};

/// A field to be read, `("Id", &mut self.id)`, with the names of its items or entries behind it if it
/// is an array or a dictionary; or up to twelve of them.
pub trait ReadFields {
    #[doc(hidden)]
    fn read(self, r: &mut FieldReader<'_, '_>);
}

/// The same to be written.
pub trait WriteFields<'v> {
    #[doc(hidden)]
    fn write(self, w: &mut FieldWriter<'v, '_>);
}

impl<T: Value> ReadFields for (&'static str, &mut T) {
    #[inline]
    fn read(self, r: &mut FieldReader<'_, '_>) {
        read_field(r, self.0, self.1, Kind::Plain);
    }
}

impl<T: Value> ReadFields for (&'static str, &mut T, Kind) {
    #[inline]
    fn read(self, r: &mut FieldReader<'_, '_>) {
        read_field(r, self.0, self.1, self.2);
    }
}

impl<'v, T: Value> WriteFields<'v> for (&'static str, &'v T) {
    #[inline]
    fn write(self, w: &mut FieldWriter<'v, '_>) {
        write_field(w, self.0, self.1, Kind::Plain);
    }
}

impl<'v, T: Value> WriteFields<'v> for (&'static str, &'v T, Kind) {
    #[inline]
    fn write(self, w: &mut FieldWriter<'v, '_>) {
        write_field(w, self.0, self.1, self.2);
    }
}

macro_rules! tuples {
    ($(($($field:ident $index:tt)*))*) => {$(
        impl<$($field: ReadFields),*> ReadFields for ($($field,)*) {
            #[inline]
            fn read(self, r: &mut FieldReader<'_, '_>) {
                $(self.$index.read(r);)*
            }
        }

        impl<'v, $($field: WriteFields<'v>),*> WriteFields<'v> for ($($field,)*) {
            #[inline]
            fn write(self, w: &mut FieldWriter<'v, '_>) {
                $(self.$index.write(w);)*
            }
        }
    )*};
}

tuples! {
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11)
}
