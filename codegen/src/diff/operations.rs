//! Agents, their operations, and what these take and give.

use std::collections::BTreeMap;

use super::sequence::{Step, align};
use super::{Change, Fate, Kind, Node, Pair, Place, Sides, Weight, What, merge, rust};
use crate::describe;
use crate::ir;
use crate::lower::MANY_PARAMETERS;
use crate::model::{Agent, Field, Operation};

impl<'a> Sides<'a> {
    pub(super) fn agents(&self) -> Vec<Node> {
        let old = by_name(&self.old.api.agents, |agent| &agent.name);
        let new = by_name(&self.new.api.agents, |agent| &agent.name);
        merge(&old, &new)
            .into_values()
            .filter_map(|pair| self.agent(pair))
            .collect()
    }

    fn agent(&self, pair: Pair<&&'a Agent>) -> Option<Node> {
        let (old, new) = match pair {
            Pair::Kept(old, new) => (Some(*old), Some(*new)),
            Pair::Added(new) => (None, Some(*new)),
            Pair::Removed(old) => (Some(*old), None),
        };
        let fate = pair.fate(|agent| agent.is_retired());
        let Agent { name, at, .. } = match fate {
            Some(Fate::Retired(old)) => old,
            _ => new.or(old)?,
        };
        let (before, now) = (self.old.rust.agent(name), self.new.rust.agent(name));
        let rust = now.or(before).map(|agent| agent.module.as_str());
        let mut node = Node::new(Kind::Agent, name, at).rust(rust);
        match fate {
            Some(Fate::Kept(old, new)) => {
                node.changes
                    .extend(stated("service", &old.service, &new.service));
                node.changes.extend(stated("port", &old.port, &new.port));
                if let (Some(before), Some(now)) = (before, now) {
                    node.changes.extend(rust_name(&before.module, &now.module));
                    node.changes.extend(rust_name(&before.rust, &now.rust));
                }
            }
            Some(Fate::Added(_)) => node.changes.push(
                Change::addition(What::Added { place: None })
                    .rust("a new module, a new method on the client")
                    .wire("an older program never calls it"),
            ),
            Some(Fate::Restored(..)) => node.changes.push(
                Change::addition(What::Added { place: None })
                    .rust("its module was kept")
                    .wire("the server has the service again"),
            ),
            Some(Fate::Retired(_)) => node.changes.push(
                Change::deprecation(What::Removed { place: None })
                    .rust("its module stays for a release")
                    .wire("the server has no such service"),
            ),
            Some(Fate::Removed(_)) => node.changes.push(
                Change::breaking(What::Removed { place: None })
                    .rust("its module and its method on the client are gone")
                    .wire("the server has no such service"),
            ),
            Some(Fate::Expired(_)) => node.changes.push(
                Change::breaking(What::Expired)
                    .rust("its module and its method on the client are gone"),
            ),
            None => {}
        }
        let operations = |agent: Option<&'a Agent>| {
            by_name(agent.map_or(&[], |agent| &agent.operations), |operation| {
                &operation.name
            })
        };
        node.children = merge(&operations(old), &operations(new))
            .into_values()
            .filter_map(|pair| self.operation(name, pair))
            .collect();
        node.finish()
    }

    fn operation(&self, agent: &str, pair: Pair<&&'a Operation>) -> Option<Node> {
        let change = match pair.fate(|operation| operation.retired.is_some())? {
            Fate::Kept(old, new) => return self.kept_operation(agent, old, new).finish(),
            Fate::Restored(old, new) => {
                let change = Change::addition(What::Added { place: None })
                    .rust("the method is deprecated no longer")
                    .wire("the server has the operation again");
                return self.kept_operation(agent, old, new).with(change).finish();
            }
            Fate::Added(_) => Change::addition(What::Added { place: None })
                .rust("a new method")
                .wire("an older program never calls it"),
            Fate::Removed(_) => Change::breaking(What::Removed { place: None })
                .rust("the method is gone")
                .wire("the server refuses its SOAPAction"),
            Fate::Retired(_) => Change::deprecation(What::Removed { place: None })
                .rust("the method stays for a release, deprecated")
                .wire("the server refuses its SOAPAction"),
            Fate::Expired(_) => Change::breaking(What::Expired)
                .rust("the method, deprecated since an earlier drop, is gone"),
        };
        let (half, operation) = match pair {
            Pair::Added(new) => (&self.new, new),
            Pair::Kept(old, _) | Pair::Removed(old) => (&self.old, old),
        };
        let method = half.rust.method(agent, &operation.name);
        Node::new(Kind::Operation, &operation.name, &operation.at)
            .rust(method.map(|method| method.rust.as_str()))
            .with(change)
            .finish()
    }

    fn kept_operation(&self, agent: &str, old: &'a Operation, new: &'a Operation) -> Node {
        let before = self.old.rust.method(agent, &old.name);
        let now = self.new.rust.method(agent, &new.name);
        let mut node = Node::new(Kind::Operation, &new.name, &new.at)
            .rust(now.map(|method| method.rust.as_str()));
        if let (Some(before), Some(now)) = (before, now) {
            node.changes.extend(rust_name(&before.rust, &now.rust));
            if let (Some(before), Some(now)) = (&before.args, &now.args) {
                node.changes.extend(rust_name(before, now));
            }
            if let (
                ir::Returns::Several { rust: before, .. },
                ir::Returns::Several { rust: now, .. },
            ) = (&before.result, &now.result)
            {
                node.changes.extend(rust_name(before, now));
            }
        }
        node.changes.extend(stated(
            "SOAPAction",
            &self.action(old, true),
            &self.action(new, false),
        ));
        if old.response_element != new.response_element {
            node.changes.push(
                Change::breaking(What::Stated {
                    fact: "response element",
                    from: old.response_element.clone(),
                    to: new.response_element.clone(),
                })
                .wire("an older program waits for the other element"),
            );
        }
        node.changes.extend(request_headers(old, new));
        node.changes.extend(response_headers(old, new));

        let was_struct = takes_struct(before, old);
        let is_struct = takes_struct(now, new);
        if was_struct != is_struct {
            let reason = if is_struct {
                "the arguments became a struct of their own"
            } else {
                "the struct of arguments became arguments in a row"
            };
            node.changes.push(
                Change::breaking(What::Arguments {
                    from: old.parameters.len(),
                    to: new.parameters.len(),
                })
                .rust(reason),
            );
        }
        let style = if was_struct && is_struct {
            Style::Struct
        } else {
            Style::Row
        };
        node.children = self.parameters(
            style,
            (
                &old.parameters,
                before.map(|method| method.parameters.as_slice()),
            ),
            (
                &new.parameters,
                now.map(|method| method.parameters.as_slice()),
            ),
        );
        let (change, results) = self.results((old, before), (new, now));
        node.changes.extend(change);
        node.children.extend(results);
        node
    }

    /// The action without the version's namespace.
    fn action(&self, operation: &Operation, is_old: bool) -> String {
        let api = if is_old { self.old.api } else { self.new.api };
        let action = operation.action.as_str();
        action
            .strip_prefix(api.namespace.as_str())
            .unwrap_or(action)
            .to_owned()
    }

    fn parameters(
        &self,
        style: Style,
        (old, before): (&'a [Field], Option<&[ir::Field]>),
        (new, now): (&'a [Field], Option<&[ir::Field]>),
    ) -> Vec<Node> {
        let steps = align(old, new, |field| &field.name);
        let added = steps.iter().filter_map(|step| match step {
            Step::Added(position, field) => Some((*position, *field)),
            _ => None,
        });
        let removed: BTreeMap<usize, &Field> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Removed(position, field) => Some((*position, *field)),
                _ => None,
            })
            .collect();
        // Sound only where place and type are the same: then nothing but the name can differ.
        let renamed: BTreeMap<usize, &Field> = added
            .filter_map(|(position, field)| {
                let gone = *removed.get(&position)?;
                let same = self.same_type(&gone.ty, &field.ty)
                    && gone.nillable == field.nillable
                    && gone.required == field.required;
                same.then_some((position, gone))
            })
            .collect();

        let mut nodes = Vec::new();
        for step in &steps {
            let node = match *step {
                Step::Added(position, field) => {
                    let node = Node::new(Kind::Parameter, &field.name, &field.at);
                    let change = match renamed.get(&position) {
                        Some(gone) => parameter_renamed(style, &gone.name, &field.name),
                        None => parameter_added(style, Place::new(new, position, name)),
                    };
                    node.rust(rust_field(now, field)).with(change)
                }
                Step::Removed(position, _) if renamed.contains_key(&position) => continue,
                Step::Removed(position, field) => {
                    Node::new(Kind::Parameter, &field.name, &field.at)
                        .rust(rust_field(before, field))
                        .with(parameter_removed(style, Place::new(old, position, name)))
                }
                Step::Kept {
                    old: (from, was),
                    new: (to, is),
                    moved,
                } => {
                    let mut node =
                        Node::new(Kind::Parameter, &is.name, &is.at).rust(rust_field(now, is));
                    if moved {
                        let from = Place::new(old, from, name);
                        let to = Place::new(new, to, name);
                        node.changes.push(parameter_moved(style, from, to));
                    }
                    node.changes.extend(self.kept_field(
                        (was, find(before, was)),
                        (is, find(now, is)),
                        Direction::Request,
                    ));
                    if style == Style::Row {
                        // Arguments in a row have no names.
                        for change in &mut node.changes {
                            if matches!(change.what, What::RustName { .. }) {
                                change.weight = Weight::Neutral;
                                change.rust = "arguments are given by position".to_owned();
                            }
                        }
                    }
                    node
                }
            };
            nodes.extend(node.finish());
        }
        nodes
    }

    fn results(
        &self,
        (old, before): (&'a Operation, Option<&ir::Method>),
        (new, now): (&'a Operation, Option<&ir::Method>),
    ) -> (Option<Change>, Vec<Node>) {
        let types = before.zip(now).map(|(before, now)| Types {
            from: describe::rust_result(&before.result),
            to: describe::rust_result(&now.result),
            same: match (&before.result, &now.result) {
                (ir::Returns::One(before), ir::Returns::One(now)) => rust::same_result(before, now),
                _ => true,
            },
        });
        let class = |results: &[Field]| results.len().min(2);
        if class(&old.results) != class(&new.results) {
            let text =
                |operation| Some(describe::results(operation)).filter(|text| !text.is_empty());
            let reason = match &types {
                Some(Types { from, to, .. }) => format!("`Call<{from}>` became `Call<{to}>`"),
                None => "the call answers with something else".to_owned(),
            };
            let change = Change::breaking(What::Results {
                from: text(old),
                to: text(new),
            })
            .rust(reason)
            .wire("an older program does not find what it waits for, or ignores what is new");
            return (Some(change), Vec::new());
        }
        if let ([was], [is]) = (old.results.as_slice(), new.results.as_slice()) {
            let mut node = Node::new(Kind::Result, &is.name, &is.at);
            if was.name != is.name {
                node.changes.push(
                    Change::breaking(What::Renamed {
                        from: was.name.clone(),
                        to: is.name.clone(),
                    })
                    .rust("callers compile unchanged")
                    .wire("an older program does not find the result"),
                );
            }
            node.changes
                .extend(self.kept_value(was, is, types.as_ref(), Direction::Response));
            return (None, node.finish().into_iter().collect());
        }
        (
            None,
            self.outputs((&old.results, before), (&new.results, now)),
        )
    }

    /// Several outputs, which are a struct that is only ever read.
    fn outputs(
        &self,
        (old, before): (&'a [Field], Option<&ir::Method>),
        (new, now): (&'a [Field], Option<&ir::Method>),
    ) -> Vec<Node> {
        fn fields(method: Option<&ir::Method>) -> Option<&[ir::Field]> {
            match &method?.result {
                ir::Returns::Several { fields, .. } => Some(fields),
                _ => None,
            }
        }
        let (before, now) = (fields(before), fields(now));
        let steps = align(old, new, |field| &field.name);
        steps
            .into_iter()
            .filter_map(|step| match step {
                Step::Added(position, field) => Node::new(Kind::Result, &field.name, &field.at)
                    .rust(rust_field(now, field))
                    .with(
                        Change::addition(What::Added {
                            place: Some(Place::new(new, position, name)),
                        })
                        .rust("a new field of the outputs")
                        .wire("an older program ignores it"),
                    )
                    .finish(),
                Step::Removed(position, field) => Node::new(Kind::Result, &field.name, &field.at)
                    .rust(rust_field(before, field))
                    .with(
                        Change::breaking(What::Removed {
                            place: Some(Place::new(old, position, name)),
                        })
                        .rust("a field of the outputs is gone")
                        .wire("an older program reads its default"),
                    )
                    .finish(),
                Step::Kept {
                    old: (from, was),
                    new: (to, is),
                    moved,
                } => {
                    let mut node =
                        Node::new(Kind::Result, &is.name, &is.at).rust(rust_field(now, is));
                    if moved {
                        node.changes.push(
                            Change::neutral(What::Moved {
                                from: Place::new(old, from, name),
                                to: Place::new(new, to, name),
                            })
                            .wire("outputs are read in any order"),
                        );
                    }
                    node.changes.extend(self.kept_field(
                        (was, find(before, was)),
                        (is, find(now, is)),
                        Direction::Response,
                    ));
                    node.finish()
                }
            })
            .collect()
    }

    /// A member, parameter or output that both versions have.
    pub(super) fn kept_field(
        &self,
        (old, before): (&Field, Option<&ir::Field>),
        (new, now): (&Field, Option<&ir::Field>),
        direction: Direction,
    ) -> Vec<Change> {
        let types = before.zip(now).map(|(before, now)| Types {
            from: describe::rust_field(before),
            to: describe::rust_field(now),
            same: rust::same_form(before, now),
        });
        let mut changes = self.kept_value(old, new, types.as_ref(), direction);
        if let (Some(before), Some(now)) = (before, now) {
            changes.extend(rust_name(&before.rust, &now.rust));
        }
        changes
    }

    /// Type and presence of a value.
    fn kept_value(
        &self,
        old: &Field,
        new: &Field,
        types: Option<&Types>,
        direction: Direction,
    ) -> Vec<Change> {
        let in_rust = |otherwise: &str| match types {
            Some(Types { from, to, .. }) if from != to => format!("`{from}` became `{to}`"),
            Some(Types { to, .. }) => format!("still `{to}`"),
            None => otherwise.to_owned(),
        };
        if !self.same_type(&old.ty, &new.ty) {
            // A type of another kind brings its own presence with it.
            let change = Change::breaking(What::Retyped {
                from: describe::type_ref(&old.ty).to_owned(),
                to: describe::type_ref(&new.ty).to_owned(),
            })
            .rust(in_rust("another type"))
            .wire(match direction {
                Direction::Request => "an older program's value is refused or misread",
                Direction::Response => "an older program fails to read it, or misreads it",
                Direction::Both => {
                    "an older program's value is refused or misread, and so is the server's"
                }
            });
            return vec![change];
        }
        if old.required != new.required || old.nillable != new.nillable {
            let weight = match types {
                Some(types) if types.same => Weight::Neutral,
                Some(_) => Weight::Breaking,
                None if old.nillable == new.nillable => Weight::Neutral,
                None => Weight::Breaking,
            };
            let wire = match (old.nillable, new.nillable) {
                (true, false) => "an older program may still write nil",
                (false, true) => "nil may come from now on; an older program reads the default",
                _ => "members are written always, so nothing is missed",
            };
            let what = What::Presence {
                from: presence(old).to_owned(),
                to: presence(new).to_owned(),
            };
            let change = Change::new(weight, what)
                .rust(in_rust("the `Option` around it comes or goes"))
                .wire(wire);
            return vec![change];
        }
        match types {
            Some(Types {
                from,
                to,
                same: false,
            }) => {
                let what = What::RustType {
                    from: from.clone(),
                    to: to.clone(),
                };
                vec![
                    Change::breaking(what)
                        .rust(in_rust(""))
                        .wire("the same as before"),
                ]
            }
            _ => Vec::new(),
        }
    }
}

/// How a value looks in Rust before and after.
struct Types {
    from: String,
    to: String,
    /// Nothing differs but names, which are reported where they belong.
    same: bool,
}

/// Which way a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
    Both,
}

/// How a method takes its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Row,
    Struct,
}

fn takes_struct(method: Option<&ir::Method>, operation: &Operation) -> bool {
    match method {
        Some(method) => method.args.is_some(),
        None => operation.parameters.len() >= MANY_PARAMETERS,
    }
}

fn parameter_added(style: Style, place: Place) -> Change {
    let wire = "an older program leaves it out, and the server takes the type's default";
    match style {
        Style::Row => {
            let (position, of) = (place.position, place.of);
            Change::breaking(What::Added { place: Some(place) }).rust(format!(
                "callers pass one argument more: number {position} of {of}"
            ))
        }
        Style::Struct => Change::addition(What::Added { place: Some(place) })
            .rust("a new field of the struct of arguments, filled by `..Default::default()`"),
    }
    .wire(wire)
}

fn parameter_removed(style: Style, place: Place) -> Change {
    let reason = match style {
        Style::Row => format!(
            "callers pass one argument less: number {} is gone",
            place.position
        ),
        Style::Struct => "a field of the struct of arguments is gone".to_owned(),
    };
    Change::breaking(What::Removed { place: Some(place) })
        .rust(reason)
        .wire("the server drops an older program's value without an error")
}

fn parameter_renamed(style: Style, from: &str, to: &str) -> Change {
    let reason = match style {
        Style::Row => "callers compile unchanged; check that it still means the same",
        Style::Struct => "a field of the struct of arguments has another name",
    };
    Change::breaking(What::Renamed {
        from: from.to_owned(),
        to: to.to_owned(),
    })
    .rust(reason)
    .wire("the server drops what an older program sends under the old name, without an error")
}

fn parameter_moved(style: Style, from: Place, to: Place) -> Change {
    let reason = match style {
        Style::Row => format!(
            "argument {} became argument {}; of like types a swap compiles unnoticed",
            from.position, to.position
        ),
        Style::Struct => "arguments are named, callers compile unchanged".to_owned(),
    };
    Change::breaking(What::Moved { from, to }).rust(reason).wire(
        "parameters are matched forwards only: the server drops an older program's value without \
         an error",
    )
}

fn request_headers(old: &Operation, new: &Operation) -> Option<Change> {
    let (from, to) = other_headers(&old.request_headers, &new.request_headers)?;
    let gained = to.iter().any(|header| !from.contains(header));
    let what = What::RequestHeaders { from, to };
    Some(if gained {
        Change::addition(what)
            .rust("the client sends it from now on")
            .wire("an older program does not send it")
    } else {
        Change::neutral(what)
            .rust("the client no longer sends it")
            .wire("the server ignores what an older program sends")
    })
}

fn response_headers(old: &Operation, new: &Operation) -> Option<Change> {
    let (from, to) = other_headers(&old.response_headers, &new.response_headers)?;
    let lost = from.iter().any(|header| !to.contains(header));
    let what = What::ResponseHeaders { from, to };
    Some(if lost {
        Change::breaking(what)
            .rust("what reads it finds nothing")
            .wire("the server no longer answers it")
    } else {
        Change::addition(what)
            .rust("there is more to read")
            .wire("an older program ignores what it does not know")
    })
}

/// Both lists, if they differ. The order of headers says nothing: they are matched by name.
fn other_headers(old: &[String], new: &[String]) -> Option<(Vec<String>, Vec<String>)> {
    let (mut old, mut new) = (old.to_vec(), new.to_vec());
    old.sort();
    new.sort();
    (old != new).then_some((old, new))
}

pub(super) fn stated(fact: &'static str, from: &str, to: &str) -> Option<Change> {
    (from != to).then(|| {
        Change::neutral(What::Stated {
            fact,
            from: from.to_owned(),
            to: to.to_owned(),
        })
    })
}

pub(super) fn rust_name(from: &str, to: &str) -> Option<Change> {
    (from != to).then(|| {
        Change::breaking(What::RustName {
            from: from.to_owned(),
            to: to.to_owned(),
        })
        .rust("callers write the other name")
        .wire("the same as before")
    })
}

pub(super) fn name(field: &Field) -> &str {
    &field.name
}

pub(super) fn find<'f>(fields: Option<&'f [ir::Field]>, field: &Field) -> Option<&'f ir::Field> {
    fields?
        .iter()
        .find(|candidate| candidate.wire == field.name)
}

pub(super) fn rust_field<'f>(fields: Option<&'f [ir::Field]>, field: &Field) -> Option<&'f str> {
    find(fields, field).map(|field| field.rust.as_str())
}

fn presence(field: &Field) -> &'static str {
    match (field.required, field.nillable) {
        (true, true) => "required and nillable",
        (true, false) => "required",
        (false, true) => "nillable",
        (false, false) => "optional",
    }
}

fn by_name<T>(list: &[T], name: impl Fn(&T) -> &String) -> BTreeMap<&str, &T> {
    list.iter()
        .map(|element| (name(element).as_str(), element))
        .collect()
}
