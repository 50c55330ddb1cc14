//! Values can be shared between threads and go into `dyn Error`.

use std::error::Error;

use superoffice_soap::{
    AnyValue, Char, DateTime, Decimal, DecodeError, Dictionary, Duration, Extra, Fault, FlagSet,
    Guid, ParseError, QName, RawElement, Redacted, Transport, TransportError, Unrecognized, Value,
    Writer,
};

fn shared<T: Send + Sync + 'static + ?Sized>() {}
fn an_error<T: Error + Send + Sync + 'static>() {}

#[test]
fn send_and_sync() {
    shared::<AnyValue>();
    shared::<Char>();
    shared::<DateTime>();
    shared::<Decimal>();
    shared::<Dictionary<String, Option<String>>>();
    shared::<Duration>();
    shared::<Extra>();
    shared::<FlagSet<()>>();
    shared::<Guid>();
    shared::<QName>();
    shared::<RawElement>();
    shared::<Redacted>();
    shared::<Unrecognized>();
    shared::<Writer>();
    shared::<dyn Transport>();
    shared::<dyn Value>();
    an_error::<DecodeError>();
    an_error::<Fault>();
    an_error::<ParseError>();
    an_error::<TransportError>();
}
