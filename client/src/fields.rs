//! User-defined and custom fields: dictionaries with values in SuperOffice's notation.

use superoffice_soap::{DateTime, Dictionary};

use crate::encoded::{Encoded, HasOffset};

mod sealed {
    /// Keeps the trait from being implemented elsewhere, so that it may grow.
    pub trait Sealed {}
}

/// What stands behind a field's name in the names of its companions.
const COMPANIONS: [&str; 2] = [":DisplayText", ":DisplayTooltip"];

/// Typed access to `UserDefinedFields`, `ExtraFields` and `CustomFields` of entities.
///
/// A field is named by its ProgId (`SuperOffice:1`, `x_name`). The server adds companions that only it
/// writes, `SuperOffice:1:DisplayText` and `SuperOffice:1:DisplayTooltip`, with what a user would see.
///
/// ```
/// use superoffice_client::FieldsExt;
/// use superoffice_soap::Dictionary;
///
/// let mut fields = Dictionary::from([
///     ("SuperOffice:1".to_owned(), Some("[I:2]".to_owned())),
///     ("SuperOffice:1:DisplayText".to_owned(), Some("Gold".to_owned())),
/// ]);
/// assert_eq!(fields.int("SuperOffice:1"), Some(2));
/// assert_eq!(fields.display_text("SuperOffice:1"), Some("Gold"));
///
/// fields.set("SuperOffice:1", 3);
/// assert_eq!(fields.text("SuperOffice:1"), Some("[I:3]"));
/// assert_eq!(fields.display_text("SuperOffice:1"), None); // it spoke of the old value
/// ```
pub trait FieldsExt: sealed::Sealed {
    /// The value of a field; `None` if there is no such field or it is null.
    fn value(&self, field: &str) -> Option<Encoded>;

    /// Sets a field. Companions that spoke of the old value go.
    fn set(&mut self, field: &str, value: impl Into<Encoded>);

    /// Sets a field to a date, without a time.
    ///
    /// # Errors
    ///
    /// The value has an offset; see [`Encoded::date`].
    fn set_date(&mut self, field: &str, date: DateTime) -> Result<(), HasOffset>;

    /// Sets a field to a date and time.
    ///
    /// # Errors
    ///
    /// The value has an offset.
    fn set_date_time(&mut self, field: &str, value: DateTime) -> Result<(), HasOffset>;

    /// Sets a field to null. Companions go.
    fn clear_field(&mut self, field: &str);

    /// What a user would see of a field.
    fn display_text(&self, field: &str) -> Option<&str>;

    /// What a user would be told about the value of a field.
    fn display_tooltip(&self, field: &str) -> Option<&str>;

    /// The names of the fields, without companions.
    fn field_names(&self) -> impl Iterator<Item = &str>;

    /// The value of a field that is a whole number or a reference to a list item.
    fn int(&self, field: &str) -> Option<i64> {
        self.value(field)?.as_int()
    }

    /// The value of a field that is a check box.
    fn bool(&self, field: &str) -> Option<bool> {
        self.value(field)?.as_bool()
    }

    /// The value of a field that is a number of any kind.
    fn double(&self, field: &str) -> Option<f64> {
        self.value(field)?.as_f64()
    }

    /// The value of a field that is a date, a time or both; the server's way of saying that there is
    /// none ([`DateTime::is_null`]) is none.
    fn date_time(&self, field: &str) -> Option<DateTime> {
        let value = self.value(field)?.as_date_time()?;
        Some(value).filter(|value| !value.is_null())
    }
}

impl sealed::Sealed for Dictionary<String, Option<String>> {}

impl FieldsExt for Dictionary<String, Option<String>> {
    fn value(&self, field: &str) -> Option<Encoded> {
        self.text(field).map(Encoded::parse)
    }

    fn set(&mut self, field: &str, value: impl Into<Encoded>) {
        let value: Encoded = value.into();
        put(self, field, Some(value.to_string()));
    }

    fn set_date(&mut self, field: &str, date: DateTime) -> Result<(), HasOffset> {
        let value = Encoded::date(date)?;
        put(self, field, Some(value.to_string()));
        Ok(())
    }

    fn set_date_time(&mut self, field: &str, value: DateTime) -> Result<(), HasOffset> {
        let value = Encoded::try_from(value)?;
        put(self, field, Some(value.to_string()));
        Ok(())
    }

    fn clear_field(&mut self, field: &str) {
        put(self, field, None);
    }

    fn display_text(&self, field: &str) -> Option<&str> {
        companion(self, field, COMPANIONS[0])
    }

    fn display_tooltip(&self, field: &str) -> Option<&str> {
        companion(self, field, COMPANIONS[1])
    }

    fn field_names(&self) -> impl Iterator<Item = &str> {
        let names = self.keys().map(String::as_str);
        names.filter(|name| !COMPANIONS.iter().any(|companion| name.ends_with(companion)))
    }
}

fn put(fields: &mut Dictionary<String, Option<String>>, field: &str, value: Option<String>) {
    for companion in COMPANIONS {
        fields.remove(format!("{field}{companion}").as_str());
    }
    fields.insert(field.to_owned(), value);
}

fn companion<'a>(
    fields: &'a Dictionary<String, Option<String>>,
    field: &str,
    companion: &str,
) -> Option<&'a str> {
    let mut found = fields.iter().filter(|(name, _)| {
        name.strip_suffix(companion)
            .is_some_and(|owner| owner == field)
    });
    found.next()?.1.as_deref()
}

#[cfg(test)]
mod tests {
    use super::FieldsExt;
    use superoffice_soap::{DateTime, Dictionary, Offset};

    fn fields() -> Dictionary<String, Option<String>> {
        let entry = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
        Dictionary::from([
            entry("SuperOffice:1", "[I:2]"),
            entry("SuperOffice:1:DisplayText", "Gold"),
            entry("SuperOffice:1:DisplayTooltip", "The best"),
            entry("SuperOffice:2", "[D:01/31/2024]"),
            entry("SuperOffice:3", "[D:01/01/0001]"),
            entry("x_flag", "[I:1]"),
            entry("x_name", "Ada"),
        ])
    }

    #[test]
    fn reading() {
        let fields = fields();
        assert_eq!(fields.int("SuperOffice:1"), Some(2));
        assert_eq!(fields.display_text("SuperOffice:1"), Some("Gold"));
        assert_eq!(fields.display_tooltip("SuperOffice:1"), Some("The best"));
        assert_eq!(fields.display_text("SuperOffice"), None);
        assert_eq!(
            fields.date_time("SuperOffice:2"),
            DateTime::date(2024, 1, 31)
        );
        assert_eq!(fields.date_time("SuperOffice:3"), None);
        assert_eq!(fields.bool("x_flag"), Some(true));
        assert_eq!(fields.text("x_name"), Some("Ada"));
        assert_eq!(fields.value("SuperOffice:9"), None);
        assert_eq!(
            fields.field_names().collect::<Vec<_>>(),
            [
                "SuperOffice:1",
                "SuperOffice:2",
                "SuperOffice:3",
                "x_flag",
                "x_name"
            ]
        );
    }

    #[test]
    fn writing() {
        let mut fields = fields();
        fields.set("SuperOffice:1", 5);
        assert_eq!(fields.text("SuperOffice:1"), Some("[I:5]"));
        assert_eq!(fields.display_text("SuperOffice:1"), None);
        assert_eq!(
            fields.keys().next().map(String::as_str),
            Some("SuperOffice:1")
        );
        fields.clear_field("x_name");
        assert_eq!(fields.get("x_name"), Some(&None));
        let noon = DateTime::new(2024, 2, 29, 12, 0, 0).expect("a date");
        fields.set_date("SuperOffice:2", noon).expect("no offset");
        assert_eq!(fields.text("SuperOffice:2"), Some("[D:02/29/2024]"));
        fields
            .set_date_time("SuperOffice:2", noon)
            .expect("no offset");
        assert_eq!(
            fields.text("SuperOffice:2"),
            Some("[DT:02/29/2024 12:00:00.0000000]")
        );
        let utc = noon.with_offset(Some(Offset::Utc)).expect("UTC");
        assert!(fields.set_date_time("SuperOffice:2", utc).is_err());
        assert_eq!(
            fields.text("SuperOffice:2"),
            Some("[DT:02/29/2024 12:00:00.0000000]")
        );
    }
}
