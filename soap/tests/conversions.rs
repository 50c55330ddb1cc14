//! Conversions to and from the date and time types of other crates lose nothing and shift nothing.

#![cfg(all(feature = "chrono", feature = "jiff", feature = "time"))]

use proptest::prelude::*;
use superoffice_soap::{ConversionError, DateTime, Duration, Offset};

fn read(text: &str) -> DateTime {
    text.parse().expect(text)
}

fn there<T: TryFrom<DateTime>>(text: &str) -> Result<T, T::Error> {
    T::try_from(read(text))
}

#[test]
fn clocks_without_an_offset() {
    let text = "2024-02-29T08:30:00.1234567";
    assert_eq!(
        there::<jiff::civil::DateTime>(text)
            .expect("civil")
            .to_string(),
        text
    );
    assert_eq!(
        there::<time::PrimitiveDateTime>(text)
            .expect("civil")
            .to_string(),
        "2024-02-29 8:30:00.1234567"
    );
    let naive: chrono::NaiveDateTime = there(text).expect("civil");
    assert_eq!(naive.to_string(), "2024-02-29 08:30:00.123456700");

    let refused = "the date and time has no offset, so it is no instant";
    let message = |error: ConversionError| error.to_string();
    assert_eq!(
        there::<jiff::Timestamp>(text).map_err(message),
        Err(refused.into())
    );
    assert_eq!(
        there::<jiff::Zoned>(text).map_err(message),
        Err(refused.into())
    );
    assert_eq!(
        there::<time::OffsetDateTime>(text).map_err(message),
        Err(refused.into())
    );
    type Fixed = chrono::DateTime<chrono::FixedOffset>;
    assert_eq!(there::<Fixed>(text).map_err(message), Err(refused.into()));
    type Utc = chrono::DateTime<chrono::Utc>;
    assert_eq!(there::<Utc>(text).map_err(message), Err(refused.into()));
}

#[test]
fn clocks_with_an_offset() {
    let text = "2024-03-01T00:30:00.5+01:00";
    let zoned: jiff::Zoned = there(text).expect("an offset");
    assert_eq!(zoned.to_string(), "2024-03-01T00:30:00.5+01:00[+01:00]");
    assert_eq!(
        there::<jiff::Timestamp>(text)
            .expect("an instant")
            .to_string(),
        "2024-02-29T23:30:00.5Z"
    );
    assert_eq!(
        there::<time::OffsetDateTime>(text)
            .expect("an offset")
            .to_string(),
        "2024-03-01 0:30:00.5 +01:00:00"
    );
    type Fixed = chrono::DateTime<chrono::FixedOffset>;
    assert_eq!(
        there::<Fixed>(text).expect("an offset").to_rfc3339(),
        "2024-03-01T00:30:00.500+01:00"
    );
    type Utc = chrono::DateTime<chrono::Utc>;
    assert_eq!(
        there::<Utc>(text).expect("an instant").to_rfc3339(),
        "2024-02-29T23:30:00.500+00:00"
    );

    let refused = "the date and time has an offset, which a civil one cannot keep";
    let message = |error: ConversionError| error.to_string();
    assert_eq!(
        there::<jiff::civil::DateTime>(text).map_err(message),
        Err(refused.into())
    );
    assert_eq!(
        there::<time::PrimitiveDateTime>(text).map_err(message),
        Err(refused.into())
    );
    assert_eq!(
        there::<chrono::NaiveDateTime>(text).map_err(message),
        Err(refused.into())
    );
}

#[test]
fn what_we_cannot_say() {
    let fine = "2024-01-01T00:00:00.00000001";
    let civil: jiff::civil::DateTime = fine.parse().expect(fine);
    assert!(DateTime::try_from(civil).is_err());
    let before: jiff::civil::DateTime = "-000001-01-01T00:00:00".parse().expect("before our years");
    assert!(DateTime::try_from(before).is_err());
    let odd = chrono::FixedOffset::east_opt(59).expect("seconds");
    let moment = chrono::DateTime::UNIX_EPOCH.with_timezone(&odd);
    assert!(DateTime::try_from(moment).is_err());
    let leap = chrono::NaiveDate::from_ymd_opt(2016, 12, 31)
        .and_then(|date| date.and_hms_nano_opt(23, 59, 59, 1_500_000_000));
    assert!(DateTime::try_from(leap.expect("a leap second")).is_err());
    assert!(Duration::try_from(jiff::SignedDuration::from_nanos(1)).is_err());
    assert!(Duration::try_from(jiff::SignedDuration::MAX).is_err());
    assert!(Duration::try_from(time::Duration::MAX).is_err());
    assert!(Duration::try_from(chrono::TimeDelta::MAX).is_err());
}

/// Any value that the wire can hold.
fn any_date_time() -> impl Strategy<Value = DateTime> {
    let offset = prop_oneof![
        Just(None),
        Just(Some(Offset::Utc)),
        (-840_i16..=840).prop_map(|minutes| Some(Offset::Minutes(minutes))),
    ];
    (0..=DateTime::MAX.ticks(), offset).prop_map(|(ticks, offset)| {
        let value = DateTime::from_ticks(ticks).expect("within the calendar");
        value.with_offset(offset).expect("within 14 hours")
    })
}

proptest! {
    #[test]
    fn there_and_back(value in any_date_time()) {
        // Other crates know no difference of `Z` and `+00:00`.
        let same = match value.offset() {
            Some(Offset::Minutes(0)) => value.with_offset(Some(Offset::Utc)).expect("UTC"),
            _ => value,
        };
        if value.offset().is_none() {
            let civil = jiff::civil::DateTime::try_from(value).expect("civil");
            prop_assert_eq!(DateTime::try_from(civil), Ok(value));
            let civil = time::PrimitiveDateTime::try_from(value).expect("civil");
            prop_assert_eq!(DateTime::try_from(civil), Ok(value));
            let civil = chrono::NaiveDateTime::try_from(value).expect("civil");
            prop_assert_eq!(DateTime::try_from(civil), Ok(value));
        } else {
            // The first and last hours of some types' calendars are out of reach with an offset.
            if let Ok(zoned) = jiff::Zoned::try_from(value) {
                prop_assert_eq!(DateTime::try_from(&zoned), Ok(same));
            }
            let moment = time::OffsetDateTime::try_from(value).expect("an offset");
            prop_assert_eq!(DateTime::try_from(moment), Ok(same));
            let moment = chrono::DateTime::<chrono::FixedOffset>::try_from(value).expect("an offset");
            prop_assert_eq!(DateTime::try_from(moment), Ok(same));
            if let Some(utc) = value.to_utc() {
                let moment = chrono::DateTime::<chrono::Utc>::try_from(value).expect("an instant");
                prop_assert_eq!(DateTime::try_from(moment), Ok(utc));
                if let Ok(instant) = jiff::Timestamp::try_from(value) {
                    prop_assert_eq!(DateTime::try_from(instant), Ok(utc));
                }
            }
        }
    }

    #[test]
    fn spans_there_and_back(ticks in any::<i64>()) {
        let span = Duration::from_ticks(ticks);
        prop_assert_eq!(Duration::try_from(jiff::SignedDuration::from(span)), Ok(span));
        prop_assert_eq!(Duration::try_from(time::Duration::from(span)), Ok(span));
        prop_assert_eq!(Duration::try_from(chrono::TimeDelta::from(span)), Ok(span));
    }
}
