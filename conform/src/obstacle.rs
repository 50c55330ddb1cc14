//! The obstacle course: a contract of our own with what the vendor's have not, such as nillable
//! value types, required references, and derived types in requests.

#[rustfmt::skip]
mod drivers;

/// The client, emitted like the versions' clients are.
pub mod client {
    #[rustfmt::skip]
    pub mod services01;
}

pub use drivers::VERSIONS;
