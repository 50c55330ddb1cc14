//! `jiff`.

use jiff::civil;
use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp, Zoned};

use super::ConversionError;
use crate::{DateTime, Duration};

/// Fails if the value has an offset.
impl TryFrom<DateTime> for civil::DateTime {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        civil(value.civil_only()?)
    }
}

/// Fails beyond the years 1 to 9999 and for parts finer than 100 ns.
impl TryFrom<civil::DateTime> for DateTime {
    type Error = ConversionError;

    fn try_from(value: civil::DateTime) -> Result<Self, ConversionError> {
        let wide = |part: i8| u32::try_from(part).unwrap_or(u32::MAX);
        Self::from_parts(
            (value.year().into(), wide(value.month()), wide(value.day())),
            (
                wide(value.hour()),
                wide(value.minute()),
                wide(value.second()),
            ),
            u32::try_from(value.subsec_nanosecond()).unwrap_or(u32::MAX),
        )
    }
}

/// The instant; fails if the value has no offset.
impl TryFrom<DateTime> for Timestamp {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        let (seconds, nanoseconds) = value.unix()?;
        let nanoseconds = i32::try_from(nanoseconds).unwrap_or_default();
        Self::new(seconds, nanoseconds).map_err(|_| ConversionError::RANGE)
    }
}

/// In UTC; fails beyond the years 1 to 9999 and for parts finer than 100 ns.
impl TryFrom<Timestamp> for DateTime {
    type Error = ConversionError;

    fn try_from(value: Timestamp) -> Result<Self, ConversionError> {
        let civil = value.to_zoned(TimeZone::UTC).datetime();
        Self::try_from(civil)?.at_offset(0)
    }
}

/// In a zone that has this offset and no other; fails if the value has none.
impl TryFrom<DateTime> for Zoned {
    type Error = ConversionError;

    fn try_from(value: DateTime) -> Result<Self, ConversionError> {
        let zone = match value.offset_minutes()? {
            (_, true) => TimeZone::UTC,
            (minutes, false) => {
                let offset = tz::Offset::from_seconds(i32::from(minutes) * 60);
                TimeZone::fixed(offset.map_err(|_| ConversionError::OFFSET)?)
            }
        };
        civil(value)?
            .to_zoned(zone)
            .map_err(|_| ConversionError::RANGE)
    }
}

/// Clock and offset, without the name of the zone; fails for offsets with seconds in them.
impl TryFrom<&Zoned> for DateTime {
    type Error = ConversionError;

    fn try_from(value: &Zoned) -> Result<Self, ConversionError> {
        Self::try_from(value.datetime())?.at_offset(value.offset().seconds())
    }
}

impl From<Duration> for SignedDuration {
    fn from(value: Duration) -> Self {
        let (seconds, nanoseconds) = value.parts();
        Self::new(seconds, nanoseconds)
    }
}

/// Fails for parts finer than 100 ns and beyond 10,675,199 days.
impl TryFrom<SignedDuration> for Duration {
    type Error = ConversionError;

    fn try_from(value: SignedDuration) -> Result<Self, ConversionError> {
        Self::from_nanoseconds(value.as_nanos())
    }
}

fn civil(value: DateTime) -> Result<civil::DateTime, ConversionError> {
    let narrow = |part: u8| i8::try_from(part).unwrap_or(i8::MAX);
    civil::DateTime::new(
        i16::try_from(value.year()).unwrap_or(i16::MAX),
        narrow(value.month()),
        narrow(value.day()),
        narrow(value.hour()),
        narrow(value.minute()),
        narrow(value.second()),
        i32::try_from(value.fraction() * 100).unwrap_or(i32::MAX),
    )
    .map_err(|_| ConversionError::RANGE)
}
