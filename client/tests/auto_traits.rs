//! What people put into tasks, threads and `dyn Error` can go there.

use std::error::Error as StdError;

use superoffice_client::{
    Builder, Call, CallFuture, Connection, Credentials, Encoded, Error, ErrorKind, HasOffset,
    Pages, RawResponse, Response, ResponseHeaders, RetryPolicy, Secret, ServerException, TimeZone,
    WithHeadersFuture,
};

fn shared<T: Send + Sync + 'static>() {}
fn sent<T: Send + 'static>() {}
fn an_error<T: StdError + Send + Sync + 'static>() {}

#[test]
fn send_and_sync() {
    shared::<Connection>();
    shared::<Builder<Connection>>();
    shared::<Call<Option<String>>>();
    shared::<Credentials>();
    shared::<Encoded>();
    shared::<ErrorKind>();
    shared::<RawResponse>();
    shared::<Response<Vec<u8>>>();
    shared::<ResponseHeaders>();
    shared::<RetryPolicy>();
    shared::<Secret>();
    shared::<TimeZone>();
    sent::<CallFuture<Option<String>>>();
    sent::<WithHeadersFuture<Option<String>>>();
    sent::<Pages<'static, String>>();
    an_error::<Error>();
    an_error::<ServerException>();
    an_error::<HasOffset>();
}

#[test]
fn an_error_is_one_word() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}
