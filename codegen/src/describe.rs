//! The contract's things in one line each, in the words of the schema.

use crate::model::{Field, Operation, TypeRef};

/// `string`, `ArrayOfint`: the local name of what is referred to.
pub fn type_ref(ty: &TypeRef) -> &str {
    match ty {
        TypeRef::Primitive(primitive) => primitive.wire_name(),
        TypeRef::Named(name) => &name.name,
    }
}

/// `OwnerName: string`.
pub fn field(field: &Field) -> String {
    format!("{}: {}", field.name, type_ref(&field.ty))
}

/// `GetData(DashboardId: int) -> DashboardData`, several outputs in parentheses.
pub fn operation(operation: &Operation) -> String {
    let parameters: Vec<String> = operation.parameters.iter().map(field).collect();
    let mut text = format!("{}({})", operation.name, parameters.join(", "));
    let results = results(operation);
    if !results.is_empty() {
        text.push_str(" -> ");
        text.push_str(&results);
    }
    text
}

/// `DashboardData`, `(Length: int, Response: base64Binary)`, or nothing.
pub fn results(operation: &Operation) -> String {
    match operation.results.as_slice() {
        [] => String::new(),
        [only] => type_ref(&only.ty).to_owned(),
        several => {
            let several: Vec<String> = several.iter().map(field).collect();
            format!("({})", several.join(", "))
        }
    }
}
