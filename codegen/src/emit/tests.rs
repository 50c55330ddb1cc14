//! Each kind of item as it is printed, from an ir made by hand; refresh with `UPDATE_EXPECT=1`.

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;

use super::items::{Item, Printed, Printer};
use super::{Piece, agent, enums, flags, format, polymorph, shapes, structs};
use crate::ir::*;
use crate::model::Primitive;

fn since(version: &str) -> Availability {
    Availability {
        since: version.to_owned(),
        until: None,
        retired: None,
    }
}

fn field(wire: &str, rust: &str, ty: Ty, presence: Presence) -> Field {
    Field {
        wire: wire.to_owned(),
        rust: rust.to_owned(),
        namespace: 0,
        declared_as: declared_as(&ty).to_owned(),
        ty,
        presence,
        secret: false,
        availability: since("Services86"),
        doc: None,
    }
}

/// The names that documentation needs.
fn declared_as(ty: &Ty) -> &str {
    match ty {
        Ty::Primitive(Primitive::Int) => "xs:int",
        Ty::Primitive(Primitive::String) => "xs:string",
        Ty::Struct(name) | Ty::Enum(name) => name,
        Ty::Boxed(ty) => declared_as(ty),
        Ty::Array { .. } => "ArrayOfstring",
        Ty::Dictionary { .. } => "StringDictionary",
        ty => panic!("name {ty:?} here"),
    }
}

fn text(wire: &str, rust: &str) -> Field {
    let ty = Ty::Primitive(Primitive::String);
    field(wire, rust, ty, Presence::Nillable)
}

fn int(wire: &str, rust: &str) -> Field {
    field(wire, rust, Ty::Primitive(Primitive::Int), Presence::Plain)
}

fn struct_of(name: &str, fields: Vec<Field>) -> Struct {
    Struct {
        wire: name.to_owned(),
        rust: name.to_owned(),
        namespace: 0,
        fields,
        base: None,
        boxed: false,
        inferred: false,
        home: Home::Shared,
        availability: since("Services86"),
        doc: None,
    }
}

fn member(wire: &str, rust: &str, value: i64) -> Member {
    Member {
        wire: wire.to_owned(),
        rust: rust.to_owned(),
        value: Some(value),
        availability: since("Services86"),
        doc: None,
    }
}

fn enum_of(name: &str, members: Vec<Member>, is_flags: bool) -> Enum {
    Enum {
        wire: name.to_owned(),
        rust: name.to_owned(),
        namespace: 0,
        zero: members.iter().position(|member| member.value == Some(0)),
        members,
        is_flags,
        inferred: false,
        home: Home::Shared,
        availability: since("Services86"),
        doc: None,
    }
}

fn method(wire: &str, rust: &str, parameters: Vec<Field>, result: Returns) -> Method {
    Method {
        wire: wire.to_owned(),
        rust: rust.to_owned(),
        parameters,
        args: None,
        result,
        response_element: None,
        inferred: false,
        availability: since("Services86"),
        doc: None,
    }
}

fn agent_of(methods: Vec<Method>) -> Agent {
    Agent {
        wire: "Store".to_owned(),
        module: "store".to_owned(),
        rust: "StoreAgent".to_owned(),
        methods,
        request_headers: RequestHeaders::Session,
        uses: Vec::new(),
        availability: since("Services86"),
        doc: None,
    }
}

fn element(wire: &str, namespace: usize) -> Element {
    Element {
        wire: wire.to_owned(),
        namespace,
        shape: None,
    }
}

fn texts() -> Ty {
    Ty::Array {
        shape: "ARRAY_OF_STRING".to_owned(),
        item: Box::new(Ty::Primitive(Primitive::String)),
    }
}

fn dictionary() -> Ty {
    Ty::Dictionary {
        shape: "STRING_DICTIONARY".to_owned(),
        key: Box::new(Ty::Primitive(Primitive::String)),
        value: Box::new(Ty::Primitive(Primitive::String)),
        nillable: true,
    }
}

/// The handle with all that is printed apart from it.
fn with_methods(agent: &Agent) -> String {
    let Piece { tokens, uses } = agent::handle(agent);
    let text = format::items(tokens).unwrap();
    let methods = agent.methods.iter();
    let methods: Vec<Printed> = methods
        .map(|m| print(Item::Method(&agent.wire, m)))
        .collect();
    let methods: Vec<&Printed> = methods.iter().collect();
    agent::with_methods(agent, Printed { text, uses }, &methods).text
}

fn print(item: Item<'_>) -> Printed {
    let printer = Printer {
        version: "Services86",
        progress: &(),
    };
    printer.item(item).unwrap()
}

#[track_caller]
fn check(tokens: TokenStream, expected: &Expect) {
    check_text(&format::items(tokens).unwrap(), expected);
}

#[track_caller]
fn check_text(text: &str, expected: &Expect) {
    for line in text.lines() {
        assert!(line.chars().count() <= format::WIDTH, "{line}");
    }
    expected.assert_eq(text);
}

#[track_caller]
fn check_emit(piece: Piece, expected: Expect) {
    check(piece.tokens, &expected);
}

#[test]
fn a_struct_states_one_line_a_field() {
    let mut shelf = struct_of(
        "Shelf",
        vec![
            int("Id", "id"),
            text("Type", "r#type"),
            field("Labels", "labels", texts(), Presence::Nillable),
            field("Notes", "notes", dictionary(), Presence::Nillable),
            field(
                "Colour",
                "colour",
                Ty::Enum("Colour".to_owned()),
                Presence::Omittable,
            ),
            field(
                "Parent",
                "parent",
                Ty::Boxed(Box::new(Ty::Struct("Shelf".to_owned()))),
                Presence::Nillable,
            ),
        ],
    );
    shelf.base = Some(("Furniture".to_owned(), 1));
    shelf.fields[1].namespace = 2;
    shelf.fields[1].availability = since("Services88");
    shelf.boxed = true;
    check_emit(
        structs::emit(&shelf),
        expect![[r#"
            /// `Shelf`, extends `Furniture`, since Services86.
            pub struct Shelf {
                /// `Id`: `xs:int`, from `Furniture`.
                pub id: i32,
                /// `Type`: `xs:string`, since Services88.
                pub r#type: Option<String>,
                /// `Labels`: `ArrayOfstring`.
                pub labels: Option<Vec<String>>,
                /// `Notes`: `StringDictionary`.
                pub notes: Option<Dictionary<String, Option<String>>>,
                /// `Colour`: `Colour`.
                pub colour: Option<Colour>,
                /// `Parent`: `Shelf`.
                pub parent: Option<Box<Shelf>>,
                /// What the contract does not know.
                pub extra: Extra,
            }
            soap::complex!(Shelf {
                id: "Id",
                r#type: "Type" [soap::Namespace(2)],
                labels: "Labels" [soap::Namespace(0), ARRAY_OF_STRING],
                notes: "Notes" [STRING_DICTIONARY],
                colour: "Colour" [soap::Omittable],
                parent: "Parent";
                ..extra
            });
            soap::boxed!(Shelf);
        "#]],
    );
}

#[test]
fn what_is_secret_does_not_show() {
    let mut login = struct_of(
        "Login",
        vec![text("User", "user"), text("Password", "password")],
    );
    login.fields[1].secret = true;
    check_emit(
        structs::emit(&login),
        expect![[r#"
            /// `Login`, since Services86.
            pub struct Login {
                /// `User`: `xs:string`.
                pub user: Option<String>,
                /// `Password`: `xs:string`.
                pub password: Option<String>,
                /// What the contract does not know.
                pub extra: Extra,
            }
            soap::complex!(Login {
                user: "User",
                password: "Password" [soap::Secret];
                ..extra
            });
        "#]],
    );
}

#[test]
fn an_enum_is_open_and_defaults_to_zero() {
    let mut members = vec![member("Red", "Red", 2), member("None", "None", 0)];
    members[0].availability.until = Some("Services87".to_owned());
    check_emit(
        enums::emit(&enum_of("Colour", members, false)),
        expect![[r#"
            /// `Colour`, since Services86.
            #[derive(Default)]
            #[non_exhaustive]
            pub enum Colour {
                /// `Red` = 2, Services86 to Services87
                Red,
                /// `None` = 0
                #[default]
                None,
                /// A member that this crate does not know; it survives a round trip.
                Unrecognized(Unrecognized),
            }
            soap::enumeration!(Colour as "Colour" {
                Red: "Red" = 2,
                None: "None" = 0,
            });
        "#]],
    );
}

#[test]
fn an_enum_without_zero_has_no_default() {
    let piece = enums::emit(&enum_of("Link", vec![member("Person", "Person", 1)], false));
    let text = piece.tokens.to_string();
    assert!(
        !text.contains("Default") && !text.contains("default"),
        "{text}"
    );
}

#[test]
fn a_flag_set_has_constants() {
    let members = vec![member("Select", "SELECT", 1), member("All", "ALL", -1)];
    check_emit(
        flags::emit(&enum_of("Right", members, true)),
        expect![[r#"
            /// `Right`, the flags of a `FlagSet`, since Services86.
            pub enum Right {}

            impl Right {
                /// `Select` = 1
                pub const SELECT: FlagSet<Self> = FlagSet::stated(1);
                /// `All` = -1
                pub const ALL: FlagSet<Self> = FlagSet::stated(18446744073709551615);
            }
            soap::flags!(Right {
                "Select" = 1,
                "All" = 18446744073709551615,
            });
        "#]],
    );
}

#[test]
fn a_base_and_its_derived_types_are_an_enum() {
    let variant = |rust: &str, ty: &str| Variant {
        rust: rust.to_owned(),
        ty: ty.to_owned(),
        wire: ty.to_owned(),
        namespace: 0,
    };
    let info = Polymorph {
        rust: "FieldInfo".to_owned(),
        wire: "FieldInfoBase".to_owned(),
        namespace: 0,
        variants: vec![
            variant("Base", "FieldInfoBase"),
            variant("Int", "FieldInfoInt"),
        ],
        boxed: false,
        home: Home::Shared,
        availability: since("Services86"),
        doc: None,
    };
    check_emit(
        polymorph::emit(&info),
        expect![[r#"
            /// `FieldInfoBase` or a type derived from it, since Services86.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum FieldInfo {
                /// `FieldInfoBase`
                Base(FieldInfoBase),
                /// `FieldInfoInt`
                Int(FieldInfoInt),
                /// A derived type that this crate does not know; it survives a round trip.
                Unrecognized(RawElement),
            }

            impl Default for FieldInfo {
                fn default() -> Self {
                    Self::Base(Default::default())
                }
            }

            impl soap::Polymorph for FieldInfo {
                const NAME: &'static str = "FieldInfoBase";

                fn for_type(name: &str) -> Option<Self> {
                    match name {
                        "FieldInfoBase" => Some(Self::Base(Default::default())),
                        "FieldInfoInt" => Some(Self::Int(Default::default())),
                        _ => None,
                    }
                }

                fn unrecognized(raw: RawElement) -> Self {
                    Self::Unrecognized(raw)
                }

                fn get(&self) -> Derived<'_> {
                    match self {
                        Self::Base(value) => Derived::Known("FieldInfoBase", 0, value),
                        Self::Int(value) => Derived::Known("FieldInfoInt", 0, value),
                        Self::Unrecognized(raw) => Derived::Unrecognized(raw),
                    }
                }

                fn get_mut(&mut self) -> Option<&mut dyn soap::Value> {
                    match self {
                        Self::Base(value) => Some(value),
                        Self::Int(value) => Some(value),
                        Self::Unrecognized(_) => None,
                    }
                }
            }
            soap::polymorph!(FieldInfo);
        "#]],
    );
}

#[test]
fn shapes_name_what_is_inside() {
    let nested = Shape {
        wire: "ArrayOfArrayOfstring".to_owned(),
        rust: "ARRAY_OF_ARRAY_OF_STRING".to_owned(),
        kind: ShapeKind::Array {
            item: Element {
                shape: Some("ARRAY_OF_STRING".to_owned()),
                ..element("ArrayOfstring", 1)
            },
        },
    };
    check_emit(
        shapes::emit(&nested),
        expect![[r#"
        /// Items of `ArrayOfArrayOfstring`.
        pub const ARRAY_OF_ARRAY_OF_STRING: Kind = Kind::Array(
            &Element::new("ArrayOfstring", 1, ARRAY_OF_STRING),
        );
    "#]],
    );
    let map = Shape {
        wire: "StringDictionary".to_owned(),
        rust: "STRING_DICTIONARY".to_owned(),
        kind: ShapeKind::Dictionary {
            entry: "StringKeyValuePair".to_owned(),
            namespace: 0,
            key: element("Key", 0),
            value: element("Value", 0),
        },
    };
    check_emit(
        shapes::emit(&map),
        expect![[r#"
        /// Entries of `StringDictionary`.
        pub const STRING_DICTIONARY: Kind = Kind::Dictionary(
            &Entry {
                name: "StringKeyValuePair",
                namespace: 0,
                key: Element::plain("Key", 0),
                value: Element::plain("Value", 0),
            },
        );
    "#]],
    );
}

#[test]
fn a_method_takes_what_reads_naturally() {
    let shelf = Ty::Struct("Shelf".to_owned());
    let colour = Ty::Enum("Colour".to_owned());
    let response = |ty| field("Response", "response", ty, Presence::Nillable);
    let agent = agent_of(vec![
        method("Ping", "ping", Vec::new(), Returns::Nothing),
        method(
            "Save",
            "save",
            vec![
                int("Id", "id"),
                text("Name", "name"),
                field("Shelf", "shelf", shelf.clone(), Presence::Nillable),
                field("Colour", "colour", colour.clone(), Presence::Plain),
            ],
            Returns::One(Box::new(response(shelf))),
        ),
        method(
            "Tag",
            "tag",
            vec![
                field("Names", "names", texts(), Presence::Nillable),
                field("Notes", "notes", dictionary(), Presence::Nillable),
                field("Colour", "colour", colour, Presence::Omittable),
            ],
            Returns::One(Box::new(response(texts()))),
        ),
    ]);
    check_text(
        &with_methods(&agent),
        &expect![[r#"
            pub(super) static AGENT: Agent = Agent {
                contract: &super::CONTRACT,
                name: "Store",
                headers: RequestHeaders::Session,
            };

            /// Calls the Store agent, since Services86.
            pub struct StoreAgent<'a>(pub(super) Endpoint<'a>);
            superoffice_client::handle!(StoreAgent);

            impl StoreAgent<'_> {
                /// `Store/Ping`, since Services86.
                pub fn ping(&self) -> Call<()> {
                    self.0.request("Ping").done()
                }

                /// `Store/Save`, since Services86.
                pub fn save(
                    &self,
                    id: i32,
                    name: impl TextArg,
                    shelf: impl EntityArg<Shelf>,
                    colour: impl MemberArg<Colour>,
                ) -> Call<Option<Shelf>> {
                    self.0
                        .request("Save")
                        .value("Id", id)
                        .text("Name", name)
                        .entity("Shelf", shelf)
                        .member("Colour", colour)
                        .returns("Response")
                }

                /// `Store/Tag`, since Services86.
                pub fn tag(
                    &self,
                    names: impl TextListArg,
                    notes: impl EntityArg<Dictionary<String, Option<String>>>,
                    colour: impl OptionalMemberArg<Colour>,
                ) -> Call<Vec<String>> {
                    self.0
                        .request("Tag")
                        .texts("Names", ARRAY_OF_STRING, names)
                        .dictionary("Notes", STRING_DICTIONARY, notes)
                        .member_or_none("Colour", colour)
                        .returns_list("Response", ARRAY_OF_STRING)
                }
            }
        "#]],
    );
}

#[test]
fn many_parameters_and_several_results_are_structs() {
    let outputs = Returns::Several {
        rust: "ReadResponse".to_owned(),
        fields: vec![int("Length", "length"), text("Response", "response")],
    };
    let mut read = method(
        "Read",
        "read",
        vec![int("From", "from"), int("To", "to")],
        outputs,
    );
    read.args = Some("ReadArgs".to_owned());
    read.response_element = Some("ReadAnswer".to_owned());
    let agent = agent_of(vec![read]);
    let mut text = with_methods(&agent);
    for item in agent::structs(&agent) {
        text.push('\n');
        text.push_str(&print(item).text);
    }
    check_text(
        &text,
        &expect![[r#"
            pub(super) static AGENT: Agent = Agent {
                contract: &super::CONTRACT,
                name: "Store",
                headers: RequestHeaders::Session,
            };

            /// Calls the Store agent, since Services86.
            pub struct StoreAgent<'a>(pub(super) Endpoint<'a>);
            superoffice_client::handle!(StoreAgent);

            impl StoreAgent<'_> {
                /// `Store/Read`, since Services86.
                pub fn read(&self, args: &ReadArgs) -> Call<ReadResponse> {
                    self.0.request("Read").args(args).answered_by("ReadAnswer").returns_outputs()
                }
            }

            /// The parameters of `Store/Read`.
            pub struct ReadArgs {
                /// `From`: `xs:int`.
                pub from: i32,
                /// `To`: `xs:int`.
                pub to: i32,
            }
            soap::complex!(ReadArgs {
                from: "From",
                to: "To";
            });

            /// The results in `ReadAnswer` of the Store agent.
            pub struct ReadResponse {
                /// `Length`: `xs:int`.
                pub length: i32,
                /// `Response`: `xs:string`.
                pub response: Option<String>,
            }
            soap::complex!(ReadResponse {
                length: "Length",
                response: "Response";
            });
        "#]],
    );
}

#[test]
fn facts_are_wrapped_and_long_words_are_not_broken() {
    assert_eq!(format::wrap("one two three", 7), ["one two", "three"]);
    assert_eq!(
        format::wrap("a-very-long-word b", 5),
        ["a-very-long-word", "b"]
    );
    assert_eq!(format::wrap("", 5), [""]);
}
