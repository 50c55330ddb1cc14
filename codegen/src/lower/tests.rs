//! Contracts of our own, written as short notations, and what they are lowered to.

use expect_test::{Expect, expect};

use crate::diagnostic::Location;
use crate::ir;
use crate::model::{
    Agent, Api, Dictionary, Enum, Field, Member, Operation, Primitive, Struct, Type, TypeKind,
    TypeName, TypeRef,
};

use super::names::{Kind, Table};
use super::{Lowered, lower};

const OTHER: &str = "urn:other";

/// A contract that is being written.
struct Contract {
    api: Api,
    /// How many places were given out; each declaration has its own.
    places: usize,
}

fn contract(version: &str) -> Contract {
    let api = Api {
        version: version.to_owned(),
        namespace: format!("urn:{version}"),
        agents: Vec::new(),
        types: Default::default(),
        headers: Default::default(),
        retired: Default::default(),
    };
    Contract { api, places: 0 }
}

impl Contract {
    fn place(&mut self) -> Location {
        self.places += 1;
        Location {
            file: self.api.version.as_str().into(),
            span: self.places..self.places + 1,
        }
    }

    /// `Person`, or `o:Person` of another namespace.
    fn name(&self, text: &str) -> TypeName {
        match text.strip_prefix("o:") {
            Some(name) => TypeName::new(OTHER, name),
            None => TypeName::new(&self.api.namespace, text),
        }
    }

    /// `Name: string?` is nillable, `Name: int!` required.
    fn field(&mut self, text: &str) -> Field {
        let (name, ty) = text.split_once(": ").unwrap();
        let required = ty.ends_with('!');
        let nillable = ty.ends_with('?');
        let ty = ty.trim_end_matches(['!', '?']);
        let xsd = "http://www.w3.org/2001/XMLSchema";
        let ty = match Primitive::from_wire(xsd, ty) {
            Some(primitive) => TypeRef::Primitive(primitive),
            None => TypeRef::Named(self.name(ty)),
        };
        let at = self.place();
        Field {
            name: name.to_owned(),
            ty,
            required,
            nillable,
            documentation: None,
            at,
        }
    }

    fn fields(&mut self, texts: &[&str]) -> Vec<Field> {
        texts.iter().map(|text| self.field(text)).collect()
    }

    fn ty(mut self, name: &str, kind: TypeKind) -> Self {
        let at = self.place();
        self.api.types.insert(
            self.name(name),
            Type {
                kind,
                documentation: None,
                inferred: false,
                retired: None,
                at,
            },
        );
        self
    }

    /// `Person` or `Person < Carrier`.
    fn structure(mut self, name: &str, fields: &[&str]) -> Self {
        let (name, base) = match name.split_once(" < ") {
            Some((name, base)) => (name, Some(self.name(base))),
            None => (name, None),
        };
        let fields = self.fields(fields);
        self.ty(
            name,
            TypeKind::Struct(Struct {
                base,
                fields,
                is_value_type: false,
            }),
        )
    }

    fn array(mut self, name: &str, item: &str) -> Self {
        let item = self.field(item);
        self.ty(name, TypeKind::Array(item))
    }

    fn dictionary(mut self, name: &str, entry: &str, key: &str, value: &str) -> Self {
        let (key, value) = (self.field(key), self.field(value));
        let entry = entry.to_owned();
        self.ty(name, TypeKind::Dictionary(Dictionary { entry, key, value }))
    }

    /// Members as `Done` or `Done = 5`.
    fn members(&mut self, members: &[&str]) -> Enum {
        let members = members.iter().map(|text| {
            let (name, value) = match text.split_once(" = ") {
                Some((name, value)) => (name, Some(value.parse().unwrap())),
                None => (*text, None),
            };
            let at = self.place();
            Member {
                name: name.to_owned(),
                stated_value: value,
                documentation: None,
                at,
            }
        });
        Enum {
            members: members.collect(),
            actual_type: None,
        }
    }

    fn enumeration(mut self, name: &str, members: &[&str]) -> Self {
        let members = self.members(members);
        self.ty(name, TypeKind::Enum(members))
    }

    fn flags(mut self, name: &str, members: &[&str]) -> Self {
        let members = self.members(members);
        self.ty(name, TypeKind::Flags(members))
    }

    fn operation(self, agent: &str, name: &str, parameters: &[&str], results: &[&str]) -> Self {
        let headers = ["ApplicationToken", "Credentials", "TimeZone"];
        self.operation_with(agent, name, parameters, results, |operation| {
            operation.request_headers = headers.map(str::to_owned).to_vec();
        })
    }

    fn operation_with(
        mut self,
        agent: &str,
        name: &str,
        parameters: &[&str],
        results: &[&str],
        change: impl FnOnce(&mut Operation),
    ) -> Self {
        let mut operation = Operation {
            name: name.to_owned(),
            action: format!("{}/{agent}/{name}", self.api.namespace),
            parameters: self.fields(parameters),
            response_element: format!("{name}Response"),
            results: self.fields(results),
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            documentation: None,
            inferred: false,
            retired: None,
            at: self.place(),
        };
        change(&mut operation);
        let number = match self.api.agents.iter().position(|known| known.name == agent) {
            Some(number) => number,
            None => {
                let at = self.place();
                self.api.agents.push(Agent {
                    name: agent.to_owned(),
                    service: String::new(),
                    port: String::new(),
                    operations: Vec::new(),
                    documentation: None,
                    at,
                });
                self.api.agents.len() - 1
            }
        };
        self.api.agents[number].operations.push(operation);
        self
    }

    fn lower(self) -> Lowered {
        lower(&[self.api], &Table::default()).unwrap()
    }

    fn check(self, expected: Expect) {
        expected.assert_eq(&show(&self.lower().modules[0]));
    }

    fn check_fails(self, expected: Expect) {
        expected.assert_eq(&failures(&[self.api], &Table::default()));
    }
}

fn failures(apis: &[Api], table: &Table) -> String {
    let found = lower(apis, table).unwrap_err();
    let lines = found.iter().map(|d| {
        let others: Vec<_> = d.others.iter().map(|(at, _)| at.span.start).collect();
        let others = if others.is_empty() {
            String::new()
        } else {
            format!(" {others:?}")
        };
        format!(
            "{}:{}{others} {}: {}\n",
            d.at.file, d.at.span.start, d.code, d.message
        )
    });
    lines.collect()
}

/// A module, one line a thing.
fn show(module: &ir::Module) -> String {
    let mut text = String::new();
    for agent in &module.agents {
        let headers = match agent.request_headers {
            ir::RequestHeaders::Session => "",
            ir::RequestHeaders::ApplicationToken => " with token alone",
        };
        let uses = agent.uses.join(", ");
        text += &format!(
            "agent {} {}{headers} uses [{uses}]\n",
            agent.module, agent.rust
        );
        for method in &agent.methods {
            let parameters = show_fields(&method.parameters);
            let args = method
                .args
                .as_ref()
                .map(|args| format!("{args} "))
                .unwrap_or_default();
            let result = match &method.result {
                ir::Returns::Nothing => String::new(),
                ir::Returns::One(field) => format!(" -> {}", show_field(field)),
                ir::Returns::Several { rust, fields } => {
                    format!(" -> {rust} {{ {} }}", show_fields(fields))
                }
            };
            let answer = method.response_element.as_ref();
            let answer = answer
                .map(|name| format!(" answered by {name}"))
                .unwrap_or_default();
            text += &format!("  {}({args}{parameters}){result}{answer}\n", method.rust);
        }
    }
    for ty in &module.structs {
        let base = ty
            .base
            .as_ref()
            .map(|(base, count)| format!(" < {base} with {count}"));
        let (base, home) = (base.unwrap_or_default(), show_home(&ty.home));
        let namespace = show_namespace(ty.namespace);
        text += &format!("struct {}{namespace}{base}{home} {{ ", ty.rust);
        text += &format!("{} }}\n", show_fields(&ty.fields));
    }
    for ty in &module.polymorphs {
        let variants: Vec<_> = ty
            .variants
            .iter()
            .map(|v| format!("{}({})", v.rust, v.ty))
            .collect();
        let home = show_home(&ty.home);
        text += &format!(
            "polymorph {}{home} {{ {} }}\n",
            ty.rust,
            variants.join(", ")
        );
    }
    for ty in &module.enums {
        let members: Vec<_> = ty
            .members
            .iter()
            .map(|m| {
                format!(
                    "{} = {}",
                    m.rust,
                    m.value.map_or("?".to_owned(), |v| v.to_string())
                )
            })
            .collect();
        let kind = if ty.is_flags { "flags" } else { "enum" };
        let zero = ty
            .zero
            .map(|zero| format!(" by default {}", ty.members[zero].rust));
        let (zero, home) = (zero.unwrap_or_default(), show_home(&ty.home));
        text += &format!(
            "{kind} {}{home} {{ {} }}{zero}\n",
            ty.rust,
            members.join(", ")
        );
    }
    for shape in &module.shapes {
        let kind = match &shape.kind {
            ir::ShapeKind::Array { item } => format!("of {}", show_element(item)),
            ir::ShapeKind::Dictionary {
                entry,
                namespace,
                key,
                value,
            } => format!(
                "of {entry}{} {{ {}, {} }}",
                show_namespace(*namespace),
                show_element(key),
                show_element(value)
            ),
        };
        text += &format!("shape {} {kind}\n", shape.rust);
    }
    text
}

fn show_home(home: &ir::Home) -> String {
    match home {
        ir::Home::Shared => String::new(),
        ir::Home::Agent(module) => format!(" in {module}"),
    }
}

fn show_namespace(number: usize) -> String {
    if number == 0 {
        String::new()
    } else {
        format!("@{number}")
    }
}

fn show_element(element: &ir::Element) -> String {
    let shape = element
        .shape
        .as_ref()
        .map(|shape| format!(": {shape}"))
        .unwrap_or_default();
    format!(
        "{}{}{shape}",
        element.wire,
        show_namespace(element.namespace)
    )
}

fn show_fields(fields: &[ir::Field]) -> String {
    fields.iter().map(show_field).collect::<Vec<_>>().join(", ")
}

fn show_field(field: &ir::Field) -> String {
    let presence = match field.presence {
        ir::Presence::Plain => "",
        ir::Presence::Nillable => "?",
        ir::Presence::Omittable => " or absent",
    };
    let namespace = show_namespace(field.namespace);
    format!(
        "{}{namespace}: {}{presence}",
        field.rust,
        show_ty(&field.ty)
    )
}

fn show_ty(ty: &ir::Ty) -> String {
    match ty {
        ir::Ty::Primitive(primitive) => format!("{primitive:?}"),
        ir::Ty::Struct(rust) | ir::Ty::Enum(rust) | ir::Ty::Flags(rust) => rust.clone(),
        ir::Ty::Polymorph(rust) => format!("dyn {rust}"),
        ir::Ty::Boxed(inner) => format!("Box<{}>", show_ty(inner)),
        ir::Ty::Array { shape, item } => format!("[{}] {shape}", show_ty(item)),
        ir::Ty::Dictionary {
            shape,
            key,
            value,
            nillable,
        } => {
            let nillable = if *nillable { "?" } else { "" };
            format!("{{{}: {}{nillable}}} {shape}", show_ty(key), show_ty(value))
        }
    }
}

#[test]
fn members_come_base_first_with_their_namespaces() {
    contract("Services1")
        .structure("Carrier", &["TableRight: string?"])
        .structure("o:Middle < Carrier", &["Type: int", "EMail: string?"])
        .structure("Last < o:Middle", &["Self: boolean", "Move: dateTime"])
        .check(expect![[r#"
            struct Carrier { table_right: String? }
            struct Last < Middle with 3 { table_right: String?, r#type@1: Int, email@1: String?, self_: Boolean, r#move: DateTime }
            struct Middle@1 < Carrier with 1 { table_right: String?, r#type@1: Int, email@1: String? }
        "#]]);
}

#[test]
fn presence_follows_the_schema() {
    contract("Services1")
        .enumeration("WithZero", &["None", "Some"])
        .enumeration("WithoutZero", &["One = 1", "Two = 2"])
        .flags("Right", &["Read", "Write"])
        .structure("Key", &["Modulus: base64Binary!"])
        .structure(
            "All",
            &[
                "Int: int",
                "NillableInt: int?",
                "RequiredInt: int!",
                "Text: string?",
                "PlainText: string",
                "WithZero: WithZero",
                "WithoutZero: WithoutZero",
                "NillableWithoutZero: WithoutZero?",
                "Right: Right",
                "Key: Key",
                "NillableKey: Key?",
                "Any: anyType?",
            ],
        )
        .operation(
            "Find",
            "Get",
            &["WithoutZero: WithoutZero"],
            &["Response: WithoutZero"],
        )
        .check(expect![[r#"
            agent find FindAgent uses []
              get(without_zero: WithoutZero or absent) -> response: WithoutZero or absent
            struct All { int: Int, nillable_int: Int?, required_int: Int, text: String?, plain_text: String, with_zero: WithZero, without_zero: WithoutZero or absent, nillable_without_zero: WithoutZero?, right: Right, key: Key, nillable_key: Key?, any: AnyType? }
            struct Key { modulus: Base64Binary }
            flags Right { READ = 1, WRITE = 2 }
            enum WithZero { None = 0, Some = 1 } by default None
            enum WithoutZero in find { One = 1, Two = 2 }
        "#]]);
}

#[test]
fn arrays_and_dictionaries_have_shapes() {
    contract("Services1")
        .array("o:ArrayOfstring", "string: string?")
        .array("o:ArrayOfArrayOfstring", "ArrayOfstring: o:ArrayOfstring?")
        .array("ArrayOfPerson", "Person: Person?")
        .array("ArrayOfUnused", "Person: Person?")
        .dictionary("Names", "NamesEntry", "Key: string?", "Value: string?")
        .dictionary("o:Odd", "Pair", "K: int", "V: ArrayOfPerson?")
        .dictionary("Plain", "PlainPair", "Key: dateTime", "Value: Person")
        .structure("Person", &["Odd: o:Odd?", "Rows: o:ArrayOfArrayOfstring?"])
        .operation(
            "Find",
            "Get",
            &["Names: Names?", "Columns: o:ArrayOfstring?"],
            &["Response: Plain?"],
        )
        .check(expect![[r#"
            agent find FindAgent uses []
              get(names: {String: String?} NAMES?, columns: [String] ARRAY_OF_STRING?) -> response: {DateTime: Person} PLAIN?
            struct Person in find { odd: {Int: [Person] ARRAY_OF_PERSON?} ODD?, rows: [[String] ARRAY_OF_STRING] ARRAY_OF_ARRAY_OF_STRING? }
            shape ARRAY_OF_ARRAY_OF_STRING of ArrayOfstring@1: ARRAY_OF_STRING
            shape ARRAY_OF_PERSON of Person
            shape ARRAY_OF_STRING of string@1
            shape NAMES of NamesEntry { Key, Value }
            shape ODD of Pair@1 { K@1, V@1: ARRAY_OF_PERSON }
            shape PLAIN of PlainPair { Key, Value }
        "#]]);
}

#[test]
fn circles_are_boxed_once_and_only_where_they_need_it() {
    contract("Services1")
        .structure("Direct", &["Inner: Direct?", "Name: string?"])
        // Both circles go through the way from A to B, and each is closed by one field.
        .structure("A", &["B: B?", "C: C?"])
        .structure("B", &["C: C?", "A: A?"])
        .structure("C", &["A: A?"])
        .array("ArrayOfTree", "Tree: Tree?")
        .dictionary("Forest", "Pair", "Key: string?", "Value: Grove?")
        .structure("Tree", &["Children: ArrayOfTree?"])
        .structure("Grove", &["Groves: Forest?"])
        .structure("Outside", &["Direct: Direct?", "A: A?"])
        // A value that is always there may be on a circle that something nillable opens.
        .structure("Plain", &["Other: PlainOther"])
        .structure("PlainOther", &["Back: Plain?"])
        .check(expect![[r#"
            struct A { b: B?, c: C? }
            struct B { c: C?, a: Box<A>? }
            struct C { a: Box<A>? }
            struct Direct { inner: Box<Direct>?, name: String? }
            struct Grove { groves: {String: Grove?} FOREST? }
            struct Outside { direct: Direct?, a: A? }
            struct Plain { other: PlainOther }
            struct PlainOther { back: Box<Plain>? }
            struct Tree { children: [Tree] ARRAY_OF_TREE? }
            shape ARRAY_OF_TREE of Tree
            shape FOREST of Pair { Key, Value }
        "#]]);
}

#[test]
fn a_value_that_holds_itself_without_end_is_refused() {
    contract("Services1")
        .structure("A", &["B: B"])
        .structure("B", &["Name: string?", "A: A"])
        .check_fails(expect![[r#"
            Services1:4 endless-value: each `B` would hold another one without end
        "#]]);
}

#[test]
fn bases_that_are_declared_become_polymorphs() {
    contract("Services1")
        // Nothing is declared with Carrier.
        .structure("Carrier", &["TableRight: string?"])
        .structure(
            "FieldBase < Carrier",
            &["Key: string?", "Parent: FieldBase?"],
        )
        .structure("FieldInt < FieldBase", &["Min: int"])
        .structure("o:FieldList < FieldBase", &["Names: o:ArrayOfstring?"])
        .structure("FieldListLong < o:FieldList", &["Status: Status"])
        .structure("Stranger < FieldBase", &[])
        .array("o:ArrayOfstring", "string: string?")
        .array("ArrayOfFieldBase", "FieldBase: FieldBase?")
        .enumeration("Status", &["None"])
        // The stem is another type's name.
        .structure("Shape", &[])
        .structure("ShapeBase", &[])
        .structure("ShapeRound < ShapeBase", &[])
        .operation("Fields", "Get", &[], &["Response: ArrayOfFieldBase?"])
        .operation("Shapes", "Save", &["Shape: ShapeBase?"], &[])
        .check(expect![[r#"
            agent fields FieldsAgent uses []
              get() -> response: [dyn Field] ARRAY_OF_FIELD_BASE?
            agent shapes ShapesAgent uses []
              save(shape: dyn AnyShape?)
            struct Carrier { table_right: String? }
            struct FieldBase < Carrier with 1 in fields { table_right: String?, key: String?, parent: Box<dyn Field>? }
            struct FieldInt < FieldBase with 3 in fields { table_right: String?, key: String?, parent: Box<dyn Field>?, min: Int }
            struct FieldList@1 < FieldBase with 3 in fields { table_right: String?, key: String?, parent: Box<dyn Field>?, names@1: [String] ARRAY_OF_STRING? }
            struct FieldListLong < FieldList with 4 in fields { table_right: String?, key: String?, parent: Box<dyn Field>?, names@1: [String] ARRAY_OF_STRING?, status: Status }
            struct Shape {  }
            struct ShapeBase in shapes {  }
            struct ShapeRound < ShapeBase with 0 in shapes {  }
            struct Stranger < FieldBase with 3 in fields { table_right: String?, key: String?, parent: Box<dyn Field>? }
            polymorph AnyShape in shapes { Base(ShapeBase), Round(ShapeRound) }
            polymorph Field in fields { Base(FieldBase), Int(FieldInt), List(FieldList), ListLong(FieldListLong), Stranger(Stranger) }
            enum Status in fields { None = 0 } by default None
            shape ARRAY_OF_FIELD_BASE of FieldBase
            shape ARRAY_OF_STRING of string@1
        "#]]);
}

#[test]
fn a_line_of_bases_must_end_in_a_struct() {
    contract("Services1")
        .structure("A < B", &[])
        .structure("B < A", &[])
        .structure("Self < Self", &["Again: Self?"])
        .structure("OfEnum < Status", &[])
        .structure("OfNothing < Nothing", &[])
        .enumeration("Status", &["None"])
        .check_fails(expect![[r#"
            Services1:1 circular-base: `A` is derived from itself through `B`
            Services1:2 circular-base: `B` is derived from itself through `A`
            Services1:4 circular-base: `Self` is derived from itself through `Self`
            Services1:5 unsupported-base: `OfEnum` is derived from `Status`, which has no members
            Services1:6 missing-type: `OfNothing` is derived from `Nothing (urn:Services1)`, which no schema declares
        "#]]);
}

#[test]
fn enums_have_values_and_a_default() {
    contract("Services1")
        .enumeration("ByPosition", &["Unknown", "Other", "Self"])
        .enumeration(
            "Stated",
            &["Late = 7", "Unknown = 0", "None = 0", "Minus = -1", "Four"],
        )
        .flags(
            "Right",
            &[
                "Select",
                "Update",
                "Alias = 2",
                "Odd = 12",
                "Next",
                "Nothing = 0",
            ],
        )
        .check(expect![[r#"
            enum ByPosition { Unknown = 0, Other = 1, Self_ = 2 } by default Unknown
            flags Right { SELECT = 1, UPDATE = 2, ALIAS = 2, ODD = 12, NEXT = 16, NOTHING = 0 } by default NOTHING
            enum Stated { Late = 7, Unknown = 0, None = 0, Minus = -1, Four = 4 } by default Unknown
        "#]]);
}

#[test]
fn values_out_of_range_are_refused() {
    let names: Vec<String> = (0..65).map(|number| format!("Bit{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    contract("Services1")
        .enumeration("Big", &["Fine = 2147483647", "Beyond = 2147483648"])
        .flags("Many", &names)
        .flags("Negative", &["All = -1"])
        .check_fails(expect![[r#"
            Services1:2 value-out-of-range: the value of `Beyond` in `Big` is out of range
            Services1:67 value-out-of-range: the value of `Bit63` in `Many` is out of range
            Services1:68 value-out-of-range: the value of `Bit64` in `Many` is out of range
            Services1:70 value-out-of-range: the value of `All` in `Negative` is out of range
        "#]]);
}

#[test]
fn methods_are_sorted_and_shaped_by_what_they_take_and_give() {
    contract("Services1")
        .operation("SoPrincipal", "Move", &["Type: int", "Self: string?"], &[])
        .operation(
            "SoPrincipal",
            "GetSystemInfo",
            &[],
            &["SystemInfo: string?"],
        )
        .operation(
            "SoPrincipal",
            "Add",
            &[
                "A: int",
                "B: int",
                "C: int",
                "D: int",
                "E: int",
                "CallerIDs: int",
            ],
            &["Length: int", "Response: base64Binary?"],
        )
        .operation_with(
            "Login",
            "LoginB",
            &[],
            &["Response: int", "Ok: boolean"],
            |login| {
                login.response_element = "LoginResponse".to_owned();
                login.request_headers = vec!["ApplicationToken".to_owned()];
            },
        )
        .operation_with(
            "Login",
            "LoginA",
            &[],
            &["Response: int", "Ok: boolean"],
            |login| {
                login.response_element = "LoginResponse".to_owned();
                login.request_headers = vec!["ApplicationToken".to_owned()];
            },
        )
        .check(expect![[r#"
            agent login LoginAgent with token alone uses []
              login_a() -> LoginResponse { response: Int, ok: Boolean } answered by LoginResponse
              login_b() -> LoginResponse { response: Int, ok: Boolean } answered by LoginResponse
            agent so_principal SoPrincipalAgent uses []
              add(AddArgs a: Int, b: Int, c: Int, d: Int, e: Int, caller_ids: Int) -> AddResponse { length: Int, response: Base64Binary? }
              get_system_info() -> system_info: String?
              r#move(r#type: Int, self_: String?)
        "#]]);
}

#[test]
fn operations_out_of_the_ordinary_are_refused() {
    contract("Services1")
        .operation_with("A", "NoHeaders", &[], &[], |_| {})
        .operation_with("A", "TokenAlone", &[], &[], |operation| {
            operation.request_headers = vec!["ApplicationToken".to_owned()];
        })
        .operation("A", "AllThree", &[], &[])
        .operation_with("B", "Action", &[], &[], |operation| {
            operation.request_headers = vec!["ApplicationToken".to_owned()];
            operation.action = "urn:Services1/A/Action".to_owned();
        })
        .operation_with("C", "One", &[], &["X: int", "Y: int"], |operation| {
            operation.request_headers = vec!["ApplicationToken".to_owned()];
            operation.response_element = "Answer".to_owned();
        })
        .operation_with("C", "Two", &[], &["X: int", "Z: int"], |operation| {
            operation.request_headers = vec!["ApplicationToken".to_owned()];
            operation.response_element = "Answer".to_owned();
        })
        .check_fails(expect![[r#"
            Services1:1 unsupported-headers: `NoHeaders` takes the headers nothing
            Services1:4 [3] unsupported-headers: `AllThree` takes other headers than `TokenAlone` of the same agent
            Services1:5 unsupported-action: the SOAPAction of `Action` is `urn:Services1/A/Action`
            Services1:13 conflicting-outputs: another operation of C has other outputs in `Answer`
        "#]]);
}

#[test]
fn types_live_where_they_are_used() {
    contract("Services1")
        .structure("OfOne", &["Inner: OfOneInner?", "Status: Status"])
        .structure("OfOneInner", &["Shared: Shared?"])
        .structure("Shared", &["Deep: ArrayOfDeep?"])
        .structure("Deep", &["Right: Right"])
        .structure("OfNone", &["Right: Right"])
        .array("ArrayOfDeep", "Deep: Deep?")
        .enumeration("Status", &["None"])
        .flags("Right", &["Read"])
        .operation("A", "Get", &[], &["Response: OfOne?"])
        .operation(
            "B",
            "Save",
            &["Shared: Shared?"],
            &["Response: int", "Deep: Deep?"],
        )
        .check(expect![[r#"
            agent a AAgent uses [Deep, Right, Shared]
              get() -> response: OfOne?
            agent b BAgent uses [Deep, Right, Shared]
              save(shared: Shared?) -> SaveResponse { response: Int, deep: Deep? }
            struct Deep { right: Right }
            struct OfNone { right: Right }
            struct OfOne in a { inner: OfOneInner?, status: Status }
            struct OfOneInner in a { shared: Shared? }
            struct Shared { deep: [Deep] ARRAY_OF_DEEP? }
            flags Right { READ = 1 }
            enum Status in a { None = 0 } by default None
            shape ARRAY_OF_DEEP of Deep
        "#]]);
}

#[test]
fn names_of_one_scope_must_differ() {
    contract("Services1")
        .structure(
            "Person",
            &[
                "Url: string?",
                "URL: string?",
                "Extra: string?",
                "E-Mail: int",
            ],
        )
        .structure("Base", &["Name: string?"])
        .structure("Derived < Base", &["Name: string?"])
        .structure("Option", &[])
        .structure("ChatAgent", &[])
        .structure("GetArgs", &[])
        .structure("o:Person", &[])
        .enumeration("Status", &["Unrecognized", "ok", "Ok"])
        .flags("Right", &["HtmlText", "HTMLText"])
        .array("ArrayOfstring", "string: string?")
        .array("o:ArrayOfString", "string: string?")
        .structure("FieldBase", &[])
        .structure(
            "FieldBase2 < FieldBase",
            &["Of: FieldBase?", "Sub: FieldSub?"],
        )
        .structure("FieldUnrecognized < FieldBase", &[])
        .structure("FieldSub < FieldBase", &[])
        .operation(
            "Chat",
            "Get",
            &["A: int", "B: int", "C: int", "D: int", "Is: int", "IS: int"],
            &["Response: ArrayOfstring?"],
        )
        .operation("Chat", "GET", &[], &["Response: o:ArrayOfString?"])
        .operation("Types", "Get", &[], &["A: int", "a: int"])
        .operation("CHat", "Get", &[], &[])
        .check_fails(expect![[r#"
            Services1:2 [1] name-clash: `URL` and `Url` would both be `url` in the members of Person
            Services1:3 name-clash: `Extra` would be `extra`, a name that is reserved in the members of Person
            Services1:8 [6] name-clash: `Name` and `Name` would both be `name` in the members of Derived
            Services1:9 name-clash: `Derived` would be `Derived`, a name that is reserved in the types of Services1
            Services1:10 name-clash: `Option` would be `Option`, a name that is reserved in the types of Services1
            Services1:13 [5] name-clash: `Person` and `Person` would both be `Person` in the types of Services1
            Services1:14 name-clash: `Unrecognized` would be `Unrecognized`, a name that is reserved in the members of Status
            Services1:16 [15] name-clash: `Ok` and `ok` would both be `Ok` in the members of Status
            Services1:19 [18] name-clash: `HTMLText` and `HtmlText` would both be `HTML_TEXT` in the members of Right
            Services1:24 [22] name-clash: `ArrayOfString` and `ArrayOfstring` would both be `ARRAY_OF_STRING` in the shapes of the version
            Services1:29 name-clash: `FieldUnrecognized` would be `Unrecognized`, a name that is reserved in the types derived from FieldBase
            Services1:36 [35] name-clash: `IS` and `Is` would both be `is` in the parameters of Chat/Get
            Services1:38 [12] name-clash: `Get` and `GetArgs` would both be `GetArgs` in the module of Chat
            Services1:39 [11] name-clash: `Chat` and `ChatAgent` would both be `ChatAgent` in the types of Services1
            Services1:41 [38] name-clash: `GET` and `Get` would both be `get` in the methods of Chat
            Services1:43 [42] name-clash: `a` and `A` would both be `a` in the outputs of GetResponse
            Services1:45 name-clash: `Types` would be `types`, a name that is reserved in the agents of Services1
        "#]]);
}

#[test]
fn the_table_resolves_clashes_and_wins_over_the_rule() {
    let table =
        |text: &str| Table::parse(&crate::diagnostic::SourceFile::new("names.tsv", text)).unwrap();
    let text = "field\tPerson/URL\turl_text\nfield\tAge\tyears\ntype\tOption\tChoice\n\
                type\turn:other/Person\tOtherPerson\nfield\tBase/Name\tbase_name\n\
                parameter\tFind/Get/Id\tkey\nmethod\tFind/Get\tfetch\nvariant\tStatus/OK\tFine\n\
                polymorph-variant\tBase/Leaf\tEnd\n";
    let contract = || {
        contract("Services1")
            .structure("Person", &["Url: string?", "URL: string?", "Age: int"])
            .structure("Option", &["URL: string?", "Age: int"])
            .structure("o:Person", &[])
            .structure("Base", &["Name: string?"])
            .structure("Leaf < Base", &["Other: Base?"])
            .enumeration("Status", &["Ok", "OK"])
            .operation("Find", "Get", &["Id: int"], &[])
            .operation("Other", "Get", &["Id: int"], &[])
    };
    let lowered = lower(&[contract().api], &table(text)).unwrap();
    expect![[r#"
        agent find FindAgent uses []
          fetch(key: Int)
        agent other OtherAgent uses []
          get(id: Int)
        struct Base { base_name: String? }
        struct Choice { url: String?, years: Int }
        struct Leaf < Base with 1 { base_name: String?, other: Box<dyn AnyBase>? }
        struct OtherPerson@1 {  }
        struct Person { url: String?, url_text: String?, years: Int }
        polymorph AnyBase { Base(Base), End(Leaf) }
        enum Status { Ok = 0, Fine = 1 } by default Ok
    "#]]
    .assert_eq(&show(&lowered.modules[0]));
    assert_eq!(lowered.names.get(Kind::Field, "URL"), Some("url"));
    assert_eq!(lowered.names.get(Kind::Field, "Age"), Some("years"));
    // What the run adds is what the next run finds.
    let again = lower(&[contract().api], &table(&lowered.names.render())).unwrap();
    assert_eq!(again.modules, lowered.modules);
    assert_eq!(again.names, lowered.names);
}

#[test]
fn what_is_missing_or_cannot_be_held_is_refused() {
    contract("Services1")
        .structure(
            "Person",
            &["Boss: Nobody?", "Byte: unsignedByte?", "Fine: unsignedByte"],
        )
        .structure(
            "Lists",
            &["Endless: ArrayOfItself?", "Bytes: ArrayOfunsignedByte?"],
        )
        .structure("Maps", &["Map: OddKey?"])
        .array("ArrayOfItself", "ArrayOfItself: ArrayOfItself?")
        .array("ArrayOfunsignedByte", "unsignedByte: unsignedByte")
        .dictionary("OddKey", "Pair", "Key: Person?", "Value: int")
        .enumeration("Symbols", &["+", "-"])
        .operation("Find", "Get", &["Id: Nothing?"], &[])
        .check_fails(expect![[r#"
            Services1:1 missing-type: no schema declares `Nobody (urn:Services1)`
            Services1:2 unsupported-item: an unsignedByte can be neither an item, a key or a value, nor nillable
            Services1:11 nested-too-deep: `ArrayOfItself` is an array in an array in an array, without end
            Services1:12 unsupported-item: an unsignedByte can be neither an item, a key or a value, nor nillable
            Services1:14 unsupported-key: the key of `OddKey` is of no simple type
            Services1:17 unusable-name: no Rust identifier can be made of `+`
            Services1:18 unusable-name: no Rust identifier can be made of `-`
            Services1:20 missing-type: no schema declares `Nothing (urn:Services1)`
        "#]]);
}

#[test]
fn what_examples_show_is_taken_for_no_more() {
    let mut contract = contract("Services1")
        .enumeration("Status", &["Completed", "Stated = 5"])
        .enumeration("Empty", &[])
        .flags("Right", &["Read", "Write = 2"])
        .structure(
            "Person",
            &["Status: Status", "Empty: Empty", "Right: Right"],
        )
        .operation("Find", "Get", &["Status: Status"], &["Response: Person?"]);
    for ty in contract.api.types.values_mut() {
        ty.inferred = true;
    }
    for operation in &mut contract.api.agents[0].operations {
        operation.inferred = true;
    }
    let module = &contract.lower().modules[0];
    expect![[r#"
        agent find FindAgent uses []
          get(status: Status) -> response: Person?
        struct Person in find { status: Status, empty: Empty or absent, right: Right }
        enum Empty in find {  }
        flags Right in find { WRITE = 2 }
        enum Status in find { Completed = ?, Stated = 5 } by default Completed
    "#]]
    .assert_eq(&show(module));
    assert!(module.agents[0].methods[0].inferred);
    assert!(module.structs.iter().all(|ty| ty.inferred));
    assert!(module.enums.iter().all(|ty| ty.inferred));
}

fn versions() -> Vec<Api> {
    let first = contract("Services7")
        .structure("Person", &["Name: string?", "OnSattelite: boolean"])
        .structure("Gone", &["Name: string?"])
        .enumeration("Status", &["None", "Old"])
        .operation("Find", "Get", &["Id: int"], &["Response: Person?"])
        .operation("Find", "Comes", &[], &[])
        .operation("Partner", "Get", &[], &[]);
    let second = contract("Services75")
        .structure("Base", &["Name: string?"])
        .structure("Person < Base", &["Age: int"])
        .enumeration("Status", &["None", "New"])
        .operation(
            "Find",
            "Get",
            &["Id: int", "Deep: boolean"],
            &["A: int", "B: int"],
        );
    let third = contract("Services100")
        .structure(
            "Person",
            &["Age: int", "Name: string?", "OnSattelite: boolean"],
        )
        .enumeration("Status", &["None", "New"])
        .operation("Find", "Get", &["Id: int"], &["A: int", "C: int"])
        .operation("Find", "Comes", &[], &[]);
    vec![third.api, first.api, second.api]
}

#[test]
fn availability_is_a_run_of_versions() {
    let lowered = lower(&versions(), &Table::default()).unwrap();
    let mut text = String::new();
    for module in &lowered.modules {
        let mut line = |what: String, seen: &ir::Availability| {
            let until = seen.until.as_deref().unwrap_or("today");
            text += &format!("{} {what}: {} to {until}\n", module.rust, seen.since);
        };
        for agent in &module.agents {
            line(agent.wire.clone(), &agent.availability);
            for method in &agent.methods {
                line(
                    format!("{}/{}", agent.wire, method.wire),
                    &method.availability,
                );
                for parameter in &method.parameters {
                    line(
                        format!("{}({})", method.wire, parameter.wire),
                        &parameter.availability,
                    );
                }
                if let ir::Returns::Several { fields, .. } = &method.result {
                    for field in fields {
                        line(
                            format!("{} -> {}", method.wire, field.wire),
                            &field.availability,
                        );
                    }
                }
            }
        }
        for ty in &module.structs {
            line(ty.wire.clone(), &ty.availability);
            for field in &ty.fields {
                line(format!("{}.{}", ty.wire, field.wire), &field.availability);
            }
        }
        for ty in &module.enums {
            for member in &ty.members {
                line(format!("{}.{}", ty.wire, member.wire), &member.availability);
            }
        }
    }
    expect![[r#"
        services7 Find: Services7 to today
        services7 Find/Comes: Services7 to Services7
        services7 Find/Get: Services7 to today
        services7 Get(Id): Services7 to today
        services7 Partner: Services7 to Services7
        services7 Partner/Get: Services7 to Services7
        services7 Gone: Services7 to Services7
        services7 Gone.Name: Services7 to Services7
        services7 Person: Services7 to today
        services7 Person.Name: Services7 to today
        services7 Person.OnSattelite: Services7 to Services7
        services7 Status.None: Services7 to today
        services7 Status.Old: Services7 to Services7
        services75 Find: Services7 to today
        services75 Find/Get: Services7 to today
        services75 Get(Id): Services7 to today
        services75 Get(Deep): Services75 to Services75
        services75 Get -> A: Services75 to today
        services75 Get -> B: Services75 to Services75
        services75 Base: Services75 to Services75
        services75 Base.Name: Services75 to Services75
        services75 Person: Services7 to today
        services75 Person.Name: Services7 to today
        services75 Person.Age: Services75 to today
        services75 Status.None: Services7 to today
        services75 Status.New: Services75 to today
        services100 Find: Services7 to today
        services100 Find/Comes: Services100 to today
        services100 Find/Get: Services7 to today
        services100 Get(Id): Services7 to today
        services100 Get -> A: Services75 to today
        services100 Get -> C: Services100 to today
        services100 Person: Services7 to today
        services100 Person.Age: Services75 to today
        services100 Person.Name: Services7 to today
        services100 Person.OnSattelite: Services100 to today
        services100 Status.None: Services7 to today
        services100 Status.New: Services75 to today
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_order_of_the_input_means_nothing() {
    let mut apis = versions();
    let lowered = lower(&apis, &Table::default()).unwrap();
    let order: Vec<_> = lowered
        .modules
        .iter()
        .map(|module| module.wire.as_str())
        .collect();
    assert_eq!(order, ["Services7", "Services75", "Services100"]);
    apis.reverse();
    for api in &mut apis {
        api.agents.reverse();
        for agent in &mut api.agents {
            agent.operations.reverse();
        }
    }
    let again = lower(&apis, &Table::default()).unwrap();
    assert_eq!(again.modules, lowered.modules);
    assert_eq!(again.names, lowered.names);
}

#[test]
fn a_version_is_read_once() {
    let apis = [contract("Services1").api, contract("Services1").api];
    let found = failures(&apis, &Table::default());
    assert_eq!(
        found,
        ":0 [0] duplicate-version: `Services1` was read twice\n"
    );
}
