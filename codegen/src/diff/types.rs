//! Types, their fields and their members.

use super::operations::{Direction, find, name, rust_field, rust_name, stated};
use super::sequence::{Step, align};
use super::{Change, Fate, Kind, Node, Place, Sides, Weight, What, merge};
use crate::describe;
use crate::model::{Dictionary, Enum, Field, Member, Struct, Type, TypeKind, TypeName};

type Named<'a> = (&'a TypeName, &'a Type);

impl<'a> Sides<'a> {
    pub(super) fn types(&self) -> Vec<Node> {
        merge(&self.old.types(), &self.new.types())
            .into_values()
            .filter_map(|pair| match pair.fate(|(_, ty)| ty.retired.is_some())? {
                Fate::Added(new) => self.added_type(*new),
                Fate::Removed(old) => self.removed_type(
                    *old,
                    Change::breaking(What::Removed { place: None })
                        .rust("the type is gone")
                        .wire("nothing carries it any longer"),
                ),
                Fate::Retired(old) => self.removed_type(
                    *old,
                    Change::deprecation(What::Removed { place: None })
                        .rust("the type stays as long as deprecated methods need it")
                        .wire("nothing carries it any longer"),
                ),
                Fate::Expired(old) => self.removed_type(
                    *old,
                    Change::breaking(What::Expired)
                        .rust("the type went with the deprecated methods that needed it"),
                ),
                Fate::Kept(old, new) => self.kept_type(*old, *new).finish(),
                Fate::Restored(old, new) => {
                    let change = Change::addition(What::Added { place: None })
                        .rust("the type was kept")
                        .wire("messages carry it again");
                    self.kept_type(*old, *new).with(change).finish()
                }
            })
            .collect()
    }

    fn type_node(&self, old: Option<Named<'a>>, (name, ty): Named<'a>) -> Node {
        let mut node = Node::new(Kind::from(&ty.kind), &name.name, &ty.at);
        let names = [
            old.map(|(name, _)| self.old.links.reach(name)),
            Some(self.new.links.reach(name)),
        ];
        let agents = names
            .into_iter()
            .flatten()
            .flatten()
            .flat_map(|reach| &reach.agents);
        node.agents = agents.map(|agent| (*agent).to_owned()).collect();
        node.agents.sort();
        node.agents.dedup();
        node
    }

    fn added_type(&self, (name, ty): Named<'a>) -> Option<Node> {
        self.type_node(None, (name, ty))
            .rust(self.new.rust.ty(name))
            .with(
                Change::addition(What::Added { place: None })
                    .rust(match ty.kind {
                        TypeKind::Array(_) => "a `Vec` where it is used",
                        TypeKind::Dictionary(_) => "a `Dictionary` where it is used",
                        _ => "a new type",
                    })
                    .wire("an older program meets it only inside what is new itself"),
            )
            .finish()
    }

    fn removed_type(&self, (name, ty): Named<'a>, change: Change) -> Option<Node> {
        let mut node = Node::new(Kind::from(&ty.kind), &name.name, &ty.at);
        if let Some(reach) = self.old.links.reach(name) {
            node.agents = reach
                .agents
                .iter()
                .map(|agent| (*agent).to_owned())
                .collect();
        }
        let change = match ty.kind {
            TypeKind::Array(_) | TypeKind::Dictionary(_) if change.what == What::Expired => {
                return None;
            }
            TypeKind::Array(_) | TypeKind::Dictionary(_) => Change::neutral(change.what)
                .rust("it has no name in Rust; what used it is reported by itself")
                .wire("its name never travels"),
            _ => change,
        };
        node.rust(self.old.rust.ty(name)).with(change).finish()
    }

    fn kept_type(&self, old: Named<'a>, new: Named<'a>) -> Node {
        let mut node = self.type_node(Some(old), new);
        match (&old.1.kind, &new.1.kind) {
            (TypeKind::Struct(was), TypeKind::Struct(is)) => {
                self.structs(&mut node, (old.0, was), (new.0, is));
            }
            (TypeKind::Array(was), TypeKind::Array(is)) => self.arrays(&mut node, was, is),
            (TypeKind::Dictionary(was), TypeKind::Dictionary(is)) => {
                self.dictionaries(&mut node, was, is);
            }
            (TypeKind::Enum(was), TypeKind::Enum(is))
            | (TypeKind::Flags(was), TypeKind::Flags(is)) => {
                self.enums(&mut node, (old.0, was), (new.0, is));
            }
            (was, is) => node.changes.push(
                Change::breaking(What::Kind {
                    from: was.into(),
                    to: is.into(),
                })
                .rust("another kind of type under the same name")
                .wire("an older program reads and writes the other shape"),
            ),
        }
        node
    }

    fn structs(
        &self,
        node: &mut Node,
        (old_name, old): (&TypeName, &'a Struct),
        (new_name, new): (&TypeName, &'a Struct),
    ) {
        let before = self.old.rust.structure(old_name);
        let now = self.new.rust.structure(new_name);
        node.rust = now.map(|ty| ty.rust.clone());
        if let (Some(before), Some(now)) = (before, now) {
            node.changes.extend(rust_name(&before.rust, &now.rust));
        }
        let old_base = old.base.as_ref().map(|base| self.old.key(base));
        let new_base = new.base.as_ref().map(|base| self.new.key(base));
        if old_base != new_base {
            node.changes.push(self.base_changed(old, new));
        }
        node.changes.extend(stated(
            "IsValueType",
            if old.is_value_type { "true" } else { "false" },
            if new.is_value_type { "true" } else { "false" },
        ));
        let was = self.old.links.is_polymorphic(old_name);
        let is = self.new.links.is_polymorphic(new_name);
        if was != is {
            node.changes.push(
                Change::breaking(What::Polymorphic { from: was, to: is })
                    .rust(if is {
                        "where it is used stands an enum over it and its derived types"
                    } else {
                        "where it was used as an enum over derived types stands the struct"
                    })
                    .wire("an older program keeps what it does not know, or reads the base alone"),
            );
        }
        if let (Some(before), Some(now)) = (
            self.old.rust.polymorph(old_name),
            self.new.rust.polymorph(new_name),
        ) {
            node.changes.extend(rust_name(&before.rust, &now.rust));
            for variant in &now.variants {
                let before = before.variants.iter().find(|old| old.wire == variant.wire);
                if let Some(before) = before {
                    node.changes.extend(rust_name(
                        &format!("{}::{}", now.rust, before.rust),
                        &format!("{}::{}", now.rust, variant.rust),
                    ));
                }
            }
        }
        let travels = self.directions(old_name, new_name);
        let heirs = self.new.links.derived(new_name).len();
        let old_fields = before.map(|ty| ty.fields.as_slice());
        let new_fields = now.map(|ty| ty.fields.as_slice());
        for step in align(&old.fields, &new.fields, |field| &field.name) {
            let child = match step {
                Step::Added(position, field) => {
                    let place = Place::new(&new.fields, position, name);
                    Node::new(Kind::Field, &field.name, &field.at)
                        .rust(rust_field(new_fields, field))
                        .with(field_added(place, travels, heirs))
                }
                Step::Removed(position, field) => {
                    let place = Place::new(&old.fields, position, name);
                    Node::new(Kind::Field, &field.name, &field.at)
                        .rust(rust_field(old_fields, field))
                        .with(field_removed(place, travels, heirs))
                }
                Step::Kept {
                    old: (from, was),
                    new: (to, is),
                    moved,
                } => {
                    let mut child =
                        Node::new(Kind::Field, &is.name, &is.at).rust(rust_field(new_fields, is));
                    if moved {
                        child.changes.push(field_moved(
                            Place::new(&old.fields, from, name),
                            Place::new(&new.fields, to, name),
                            travels,
                        ));
                    }
                    child.changes.extend(self.kept_field(
                        (was, find(old_fields, was)),
                        (is, find(new_fields, is)),
                        travels,
                    ));
                    child
                }
            };
            node.children.extend(child.finish());
        }
    }

    /// A base's fields come first in the struct, so what changes for callers are fields.
    fn base_changed(&self, old: &Struct, new: &Struct) -> Change {
        let fields = |api: &'a crate::model::Api, structure: &Struct| -> Vec<&'a str> {
            let mut names = Vec::new();
            let mut base = structure.base.as_ref();
            // Bases that lead back to themselves are an error of the reader's; do not hang on one.
            for _ in 0..api.types.len() {
                let Some(TypeKind::Struct(structure)) =
                    base.and_then(|name| api.types.get(name)).map(|ty| &ty.kind)
                else {
                    break;
                };
                names.extend(structure.fields.iter().map(|field| field.name.as_str()));
                base = structure.base.as_ref();
            }
            names
        };
        let before = fields(self.old.api, old);
        let now = fields(self.new.api, new);
        let what = What::Base {
            from: old.base.as_ref().map(|base| base.name.clone()),
            to: new.base.as_ref().map(|base| base.name.clone()),
        };
        let own = |name: &&str| new.fields.iter().any(|field| field.name == *name);
        let lost: Vec<&str> = before
            .iter()
            .filter(|name| !now.contains(name) && !own(name))
            .copied()
            .collect();
        if lost.is_empty() {
            Change::addition(what)
                .rust("the base's fields stand before its own")
                .wire("an older program leaves the base's fields out")
        } else {
            Change::breaking(what)
                .rust(format!("these fields are gone: {}", lost.join(", ")))
                .wire("the server drops an older program's values without an error")
        }
    }

    fn directions(&self, old: &TypeName, new: &TypeName) -> Direction {
        let reaches = [self.old.links.reach(old), self.new.links.reach(new)];
        let requests = reaches.iter().flatten().any(|reach| reach.in_requests);
        let responses = reaches.iter().flatten().any(|reach| reach.in_responses);
        match (requests, responses) {
            (true, false) => Direction::Request,
            (false, true) => Direction::Response,
            // What no operation carries is a header's, or somebody's own use.
            _ => Direction::Both,
        }
    }

    fn arrays(&self, node: &mut Node, old: &Field, new: &Field) {
        if old.name != new.name {
            node.changes
                .push(element_changed("item element", &old.name, &new.name));
        }
        node.changes.extend(self.inner("its items", old, new));
    }

    fn dictionaries(&self, node: &mut Node, old: &Dictionary, new: &Dictionary) {
        let elements = [
            ("entry element", &old.entry, &new.entry),
            ("key element", &old.key.name, &new.key.name),
            ("value element", &old.value.name, &new.value.name),
        ];
        for (fact, from, to) in elements {
            if from != to {
                node.changes.push(element_changed(fact, from, to));
            }
        }
        node.changes
            .extend(self.inner("its keys", &old.key, &new.key));
        node.changes
            .extend(self.inner("its values", &old.value, &new.value));
    }

    /// Items, keys and values: they have no field in Rust, so all is told from the contract.
    fn inner(&self, what: &str, old: &Field, new: &Field) -> Vec<Change> {
        let mut changes = Vec::new();
        if !self.same_type(&old.ty, &new.ty) {
            changes.push(
                Change::breaking(What::Retyped {
                    from: describe::type_ref(&old.ty).to_owned(),
                    to: describe::type_ref(&new.ty).to_owned(),
                })
                .rust(format!("{what} have another type"))
                .wire("an older program's values are refused or misread, and so are the server's"),
            );
        }
        if old.nillable != new.nillable || old.required != new.required {
            let presence = |field: &Field| {
                format!(
                    "{what} {}{}",
                    if field.required {
                        "required"
                    } else {
                        "optional"
                    },
                    if field.nillable { ", nillable" } else { "" }
                )
            };
            // A nil item reads as the default; only a dictionary's value has an `Option` for it.
            let weight = if what == "its values" && old.nillable != new.nillable {
                Weight::Breaking
            } else {
                Weight::Neutral
            };
            changes.push(Change::new(
                weight,
                What::Presence {
                    from: presence(old),
                    to: presence(new),
                },
            ));
        }
        changes
    }

    fn enums(
        &self,
        node: &mut Node,
        (old_name, old): (&TypeName, &'a Enum),
        (new_name, new): (&TypeName, &'a Enum),
    ) {
        let is_flags = node.kind == Kind::Flags;
        let before = self.old.rust.enumeration(old_name);
        let now = self.new.rust.enumeration(new_name);
        node.rust = now.map(|ty| ty.rust.clone());
        if let (Some(before), Some(now)) = (before, now) {
            node.changes.extend(rust_name(&before.rust, &now.rust));
        }
        node.changes.extend(stated(
            "underlying type",
            old.actual_type.as_deref().unwrap_or("int"),
            new.actual_type.as_deref().unwrap_or("int"),
        ));
        let old_values = old.values(is_flags);
        let new_values = new.values(is_flags);
        if !is_flags {
            node.changes.extend(default_changed(
                zero(old, &old_values),
                zero(new, &new_values),
            ));
        }
        let rust_member = |ty: Option<&'a crate::ir::Enum>, member: &Member| {
            let member = ty?
                .members
                .iter()
                .find(|candidate| candidate.wire == member.name)?;
            Some(member.rust.as_str())
        };
        let label = |member: &'a Member| member.name.as_str();
        for step in align(&old.members, &new.members, |member| &member.name) {
            let child = match step {
                Step::Added(position, member) => {
                    let mut place = Place::new(&new.members, position, |member| &member.name);
                    place.of = new.members.len();
                    Node::new(Kind::Member, label(member), &member.at)
                        .rust(rust_member(now, member))
                        .with(member_added(place, is_flags))
                }
                Step::Removed(position, member) => {
                    let place = Place::new(&old.members, position, |member| &member.name);
                    Node::new(Kind::Member, label(member), &member.at)
                        .rust(rust_member(before, member))
                        .with(member_removed(place, is_flags))
                }
                Step::Kept {
                    old: (from, was),
                    new: (to, is),
                    moved,
                } => {
                    let mut child =
                        Node::new(Kind::Member, label(is), &is.at).rust(rust_member(now, is));
                    if moved {
                        child.changes.push(
                            Change::neutral(What::Moved {
                                from: Place::new(&old.members, from, |member| &member.name),
                                to: Place::new(&new.members, to, |member| &member.name),
                            })
                            .rust("`all()` gives it in another place")
                            .wire("names travel, not positions"),
                        );
                    }
                    child
                        .changes
                        .extend(value_changed((was, old_values[from]), (is, new_values[to])));
                    if let (Some(before), Some(now)) =
                        (rust_member(before, was), rust_member(now, is))
                    {
                        child.changes.extend(rust_name(before, now));
                    }
                    child
                }
            };
            node.children.extend(child.finish());
        }
    }
}

fn element_changed(fact: &'static str, from: &str, to: &str) -> Change {
    Change::breaking(What::Stated {
        fact,
        from: from.to_owned(),
        to: to.to_owned(),
    })
    .rust("callers compile unchanged")
    .wire("the server drops what an older program writes under the old name, without an error")
}

fn heirs_note(heirs: usize) -> String {
    match heirs {
        0 => String::new(),
        1 => ", and in the type derived from it".to_owned(),
        several => format!(", and in {several} types derived from it"),
    }
}

fn field_added(place: Place, travels: Direction, heirs: usize) -> Change {
    let wire = match travels {
        Direction::Response => "an older reader ignores it, or keeps it in `extra`",
        Direction::Request => "an older writer leaves it out: the server takes the default",
        Direction::Both => {
            "an older reader keeps it in `extra` and writes it back; what an older program builds \
             anew lacks it, and a client without `extra` blanks it"
        }
    };
    Change::addition(What::Added { place: Some(place) })
        .rust(format!(
            "a new field, filled by `..Default::default()`{}",
            heirs_note(heirs)
        ))
        .wire(wire)
}

fn field_removed(place: Place, travels: Direction, heirs: usize) -> Change {
    let wire = match travels {
        Direction::Response => "an older reader finds the default",
        Direction::Request => "the server drops an older program's value without an error",
        Direction::Both => {
            "an older reader finds the default; the server drops what an older program writes"
        }
    };
    Change::breaking(What::Removed { place: Some(place) })
        .rust(format!("the field is gone{}", heirs_note(heirs)))
        .wire(wire)
}

fn field_moved(from: Place, to: Place, travels: Direction) -> Change {
    let what = What::Moved { from, to };
    let rust = "fields are named, callers compile unchanged";
    match travels {
        Direction::Response => Change::neutral(what)
            .rust(rust)
            .wire("elements are read in any order"),
        Direction::Request | Direction::Both => Change::breaking(what).rust(rust).wire(
            "members are matched forwards only: the server drops an older program's value without \
             an error",
        ),
    }
}

fn member_added(place: Place, is_flags: bool) -> Change {
    let (rust, wire) = if is_flags {
        (
            "a new constant",
            "an older reader keeps the name it does not know",
        )
    } else {
        (
            "a new variant; a `match` has a wildcard arm",
            "an older reader meets it as `Unrecognized`",
        )
    };
    Change::addition(What::Added { place: Some(place) })
        .rust(rust)
        .wire(wire)
}

fn member_removed(place: Place, is_flags: bool) -> Change {
    let rust = if is_flags {
        "the constant is gone"
    } else {
        "the variant is gone"
    };
    Change::breaking(What::Removed { place: Some(place) })
        .rust(rust)
        .wire("the server refuses the name")
}

/// A number that the contract states is a promise; one that follows from the position is not.
fn value_changed((was, from): (&Member, i64), (is, to): (&Member, i64)) -> Option<Change> {
    if from == to {
        return None;
    }
    let what = What::Value { from, to };
    let wire = "names travel, not numbers";
    Some(if was.stated_value.is_some() && is.stated_value.is_some() {
        Change::breaking(what)
            .rust("`value()` gives another number; numbers that were stored mean another member")
            .wire(wire)
    } else {
        Change::neutral(what)
            .rust("`value()` follows the position; do not store it")
            .wire(wire)
    })
}

fn default_changed(from: Option<&str>, to: Option<&str>) -> Option<Change> {
    if from == to {
        return None;
    }
    let rust = match (from, to) {
        (Some(_), Some(_)) => "`Default` is another member",
        (Some(_), None) => "there is no `Default`: fields of it become `Option`",
        _ => "there is a `Default`: fields of it are no `Option` any longer",
    };
    Some(
        Change::breaking(What::Default {
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        })
        .rust(rust)
        .wire("what is left out means zero, which is another member now"),
    )
}

fn zero<'e>(ty: &'e Enum, values: &[i64]) -> Option<&'e str> {
    let position = values.iter().position(|value| *value == 0)?;
    ty.members.get(position).map(|member| member.name.as_str())
}
